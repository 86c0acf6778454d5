import { useMemo } from "preact/hooks";
import { UNITS } from "../settings";
import type { Unit } from "../settings";
import { Word } from "../word";
import type { Answer } from "./evaluate";

const short = (value: number) => (Number.isFinite(value) ? value.toFixed(3).replace("-", "−") : value > 0 ? "∞" : "−∞");

/** Outcomes that the table has, and that are added up in one line. */
const [ROWS, SUMMANDS] = [60, 12];

/** Of many outcomes those that add most, either way, in their order. */
function largestOf(terms: Float64Array): number[] {
  const least = terms.length > ROWS ? terms.map(Math.abs).sort()[terms.length - ROWS] : 0;
  const rows: number[] = [];
  for (let i = 0; i < terms.length && rows.length < ROWS; i++) if (Math.abs(terms[i]) >= least) rows.push(i);
  return rows;
}

/** Of each outcome how surprising it is to either, and what it adds. */
export function Terms({ answer: { x, p, q, terms, measured }, unit }: { readonly answer: Answer; readonly unit: Unit }) {
  const surprise = (share: number) => -Math.log(share) / Math.log(UNITS[unit]);
  const rows = useMemo(() => largestOf(terms), [terms]);
  const rounded = terms.reduce((sum, term) => sum + Number(term.toFixed(3)), 0);
  const isEven = short(rounded) === short(measured[0].value);
  const added = terms.length <= SUMMANDS && Array.from(terms).map((term, i) => `${i === 0 || term < 0 ? (term < 0 ? "− " : "") : "+ "}${short(Math.abs(term))}`).join(" ");
  return (
    <section aria-label="Outcomes">
      <h2>Outcome by outcome{terms.length > ROWS && `: the ${ROWS} of ${terms.length.toLocaleString("en")} that add most`}</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label="Table of outcomes"><table>
        <thead>
          <tr><th scope="col">outcome</th><th scope="col" class="number">p</th><th scope="col" class="number">q</th><th scope="col" class="number"><Word of="surprise">surprise</Word> −log p</th><th scope="col" class="number">−log q</th><th scope="col" class="number"><Word of="contribution">adds</Word> p·log(p/q)</th></tr>
        </thead>
        <tbody>
          {rows.map((i) => (
            <tr key={i}>
              <th scope="row">{x[i]}</th><td class="number">{short(p[i])}</td><td class="number">{short(q[i])}</td><td class="number">{short(surprise(p[i]))}</td><td class="number">{short(surprise(q[i]))}</td>
              <td class={`number ${terms[i] < 0 ? "less" : "more"}`}>{short(terms[i])}</td>
            </tr>
          ))}
        </tbody>
      </table></div>
      {added && <p class="sum">{added} {isEven ? "=" : "≈"} {short(measured[0].value)} {unit}</p>}
    </section>
  );
}
