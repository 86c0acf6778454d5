import { WAYS } from "./ways";
import type { Measured } from "./ways";

const short = (value: number) => Number(value.toPrecision(3)).toLocaleString("en", { maximumSignificantDigits: 3 });

/** Every row, and what it was measured on. */
export function SpeedTable({ measured: { machine, rows, missing } }: { readonly measured: Measured }) {
  return (
    <section aria-label="Numbers">
      {machine.noGpu !== "" && <p class="note">No GPU here ({machine.noGpu}): the CPU alone is measured.</p>}
      {machine.software && <p class="note">The adapter is a software one: the GPU’s program runs on the CPU, and what stands under GPU says nothing of graphics cards.</p>}
      {missing.map(({ cells, reason }) => <p class="note" key={cells}>{cells.toLocaleString("en")} cells and more could not be measured: {reason}</p>)}
      {rows.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Table of times">
          <table class="times">
            <thead>
              <tr>
                <th scope="col" class="number">cells</th><th scope="col">way</th><th scope="col" class="number">ms</th><th scope="col" class="number">ns a cell</th><th scope="col" class="number">GB/s</th>
                <th scope="col" class="number">plain read, GB/s</th><th scope="col" class="number">share of it</th>
              </tr>
            </thead>
            <tbody>
              {rows.filter(({ way }) => !way.endsWith("read")).map(({ cells, way, medianMs, nsPerCell, gbPerS, readGbPerS, ranOn }) => (
                <tr key={`${cells} ${way}`}>
                  <td class="number">{cells.toLocaleString("en")}</td><th scope="row">{WAYS[way].name}{way === "auto" && (ranOn === "cpu" ? ": CPU" : ": GPU")}</th><td class="number">{short(medianMs)}</td><td class="number">{short(nsPerCell)}</td><td class="number">{short(gbPerS)}</td>
                  <td class="number">{short(readGbPerS)}</td><td class="number">{short((100 * gbPerS) / readGbPerS)} %</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p class="ran">GPU: {machine.adapter ?? "none"}{machine.software && ", software"}. CPU: {machine.hardwareConcurrency} cores by the browser’s account ({machine.cpu}). {machine.userAgent}. {machine.date}.</p>
    </section>
  );
}
