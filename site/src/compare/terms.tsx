import { UNITS } from "../settings";
import type { Unit } from "../settings";
import type { Answer } from "./evaluate";

const short = (value: number) => (Number.isFinite(value) ? value.toFixed(3).replace("-", "−") : value > 0 ? "∞" : "−∞");

/** Of each outcome how surprising it is to either, and what it adds. */
export function Terms({ answer: { x, p, q, terms, measured }, unit }: { readonly answer: Answer; readonly unit: Unit }) {
  const surprise = (share: number) => -Math.log(share) / Math.log(UNITS[unit]);
  const added = Array.from(terms).map((term, i) => `${i === 0 || term < 0 ? (term < 0 ? "− " : "") : "+ "}${short(Math.abs(term))}`).join(" ");
  return (
    <section aria-label="Outcomes">
      <h2>Outcome by outcome</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label="Table of outcomes"><table>
        <thead>
          <tr><th scope="col">outcome</th><th scope="col" class="number">p</th><th scope="col" class="number">q</th><th scope="col" class="number">surprise −log p</th><th scope="col" class="number">−log q</th><th scope="col" class="number">adds p·log(p/q)</th></tr>
        </thead>
        <tbody>
          {Array.from(x, (outcome, i) => (
            <tr key={outcome}>
              <th scope="row">{outcome}</th><td class="number">{short(p[i])}</td><td class="number">{short(q[i])}</td><td class="number">{short(surprise(p[i]))}</td><td class="number">{short(surprise(q[i]))}</td>
              <td class={`number ${terms[i] < 0 ? "less" : "more"}`}>{short(terms[i])}</td>
            </tr>
          ))}
        </tbody>
      </table></div>
      <p class="sum">{added} = {short(measured[0].value)} {unit}</p>
    </section>
  );
}
