import type { Unit } from "../settings";
import { Word } from "../word";
import type { Answer } from "./judge";
import { METHODS } from "./methods";

const short = (value: number, digits = 1) => (value === 0 ? "0" : value.toExponential(digits)).replaceAll("-", "−");

/** What every method says of one pair. */
export function MethodsTable({ answer: { judged, same, ranOn }, unit, cells }: { readonly answer: Answer; readonly unit: Unit; readonly cells: number }) {
  const narrow = same[0];
  return (
    <section aria-label="Methods">
      <h2>This pair, by every method</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label="Table of methods">
        <table>
          <thead>
            <tr>
              <th scope="col">method</th><th scope="col"><Word of="ulp">cells</Word></th><th scope="col" class="number">D(p ‖ q), {unit}</th><th scope="col" class="number">relative error</th>
              <th scope="col" class="number"><Word of="error-bound">bound</Word>, relative</th><th scope="col">below 0</th><th scope="col">computed in</th>
            </tr>
          </thead>
          <tbody>
            {judged.map(({ method, value, error, truth, errorBound }) => {
              const { name, cells: of, says, colour } = METHODS[method];
              return (
                <tr key={method} data-method={method}>
                  <th scope="row">{name}</th><td>{of}</td><td class="number">{short(value, 9)}</td>
                  <td class="number">{colour === null ? "" : truth === 0 ? short(error) : short(error / truth)}</td>
                  <td class="number">{errorBound === null ? "none" : short(truth === 0 ? errorBound : errorBound / truth)}</td>
                  <td class={value < 0 ? "failed" : ""}>{value < 0 ? "negative" : "no"}</td><td>{says}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p class="note">The truth is what kullback says in exact precision of the very same cells, computed in this page; cells rounded to binary32 are another pair than those of binary64, with a truth of their own. It promises to be within 2⁻⁵⁵·(D + 2⁻⁶⁴) and one rounding of what D is, and the project’s tests hold it to that by 256-bit arithmetic, as “Reproduce” does below in this page.</p>
      {narrow > 0 && <p class="note">{narrow === cells ? "All" : `${narrow.toLocaleString("en")} of the ${cells.toLocaleString("en")}`} cells of q, rounded to binary32, are the same as p’s{narrow === cells ? ": D is 0, and so is what everybody finds." : "."}</p>}
      <p class="ran">fast answers were computed here: of binary32, {ranOn[0]}; of binary64, {ranOn[1]}</p>
    </section>
  );
}
