import type { Answer } from "./evaluate";

/** A number with the digits that its bound leaves, and the bound. */
export function textOf(value: number, errorBound: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : String(value);
  const digits = Math.min(Math.max(Math.floor(-Math.log10(errorBound || 1e-17)), 0), 12);
  return value.toFixed(digits);
}

const SHORT: Readonly<Record<string, string>> = { nat: "nats", bit: "bits", dit: "dits", "1": "" };

/** All measures, each with its bound. */
export function Numbers({ answer: { measured, p, q, isDensity, ranOn } }: { readonly answer: Answer }) {
  const ruledOut = p.reduce((count, share, i) => count + Number(share > 0 && q[i] === 0), 0);
  const unseen = p.reduce((count, share, i) => count + Number(share === 0 && q[i] > 0), 0);
  const many = (count: number) => `${count} ${isDensity ? "place" : "outcome"}${count === 1 ? "" : "s"}`;
  return (
    <section aria-label="Numbers">
      <table>
        <thead><tr><th scope="col">measure</th><th scope="col" class="number">value</th><th scope="col" class="number">±</th><th scope="col">unit</th><th scope="col">is</th></tr></thead>
        <tbody>
          {measured.map(({ name, formula, value, errorBound, unit }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="number">{textOf(value, errorBound)}</td>
              <td class="number">{Number.isFinite(value) ? errorBound.toExponential(0) : ""}</td>
              <td>{SHORT[unit] ?? unit}</td>
              <td>{formula}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {ruledOut > 0 && <p class="note">In {many(ruledOut)} Q is 0 and P is not: what Q says never happens does. No number of nats is enough for that, so the forward divergence and the cross entropy are infinite.</p>}
      {unseen > 0 && <p class="note">In {many(unseen)} P is 0 and Q is not: that adds nothing to the forward divergence, and makes the reverse one infinite.</p>}
      <p class="ran">computed here: {ranOn}</p>
    </section>
  );
}
