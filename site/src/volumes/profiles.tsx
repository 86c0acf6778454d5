import * as Plot from "@observablehq/plot";
import { COLOURS, Figure, plain } from "../figure";
import type { Unit } from "../settings";
import type { Answer, Block } from "./measure";
import type { Cell } from "./slice";
import { AXES } from "./slices";

/** What each slice adds, along each axis. */
export function Profiles({ answer, at, unit }: { readonly answer: Answer; readonly at: Cell; readonly unit: Unit }) {
  return (
    <div class="figures">
      {AXES.map((name, axis) => (
        <Figure key={name} title={`What each slice across ${name} adds`} from={[answer, at[axis], unit]} make={(width) => {
          const cells = Array.from(answer.slices[axis], (value, i) => ({ i, value: Number.isFinite(value) ? value : NaN }));
          const infinite = [...answer.slices[axis].keys()].filter((i) => answer.slices[axis][i] === Infinity);
          return Plot.plot({
            ...plain(width, 140), x: { label: name, domain: [0, cells.length - 1] }, y: { label: unit, grid: true },
            marks: [Plot.areaY(cells, { x: "i", y: "value", fill: COLOURS.more, fillOpacity: 0.4 }), Plot.lineY(cells, { x: "i", y: "value" }), Plot.ruleX(infinite, { stroke: COLOURS.more, strokeOpacity: 0.3 }), Plot.text(infinite.slice(0, 1), { x: (i: number) => i, frameAnchor: "top", text: () => "∞", fontSize: 18, fill: COLOURS.more, dx: 8 }), Plot.ruleX([at[axis]], { stroke: COLOURS.p }), Plot.ruleY([0])],
          });
        }} />
      ))}
    </div>
  );
}

/** The blocks that add most; one goes there. */
export function Blocks({ answer, whole, unit, go }: { readonly answer: Answer; readonly whole: number; readonly unit: Unit; readonly go: (to: Cell) => void }) {
  const { blocks, blockSize, shape } = answer;
  const middle = ({ at }: Block) => at.map((first, axis) => Math.min(first + Math.floor(blockSize / 2), shape[axis] - 1)) as unknown as Cell;
  return (
    <section aria-label="Largest blocks">
      <h2>Where it is largest: blocks of {blockSize} × {blockSize} × {blockSize} cells</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label="Table of blocks">
        <table>
          <thead><tr><th scope="col">block at z, y, x</th><th scope="col" class="number">adds, in {unit}</th><th scope="col" class="number">of the whole</th><th scope="col">look</th></tr></thead>
          <tbody>
            {blocks.map((block) => (
              <tr key={block.at.join()}>
                <th scope="row">{block.at.join(", ")}</th>
                <td class="number">{Number.isFinite(block.value) ? block.value.toPrecision(5) : `∞ in ${block.infiniteCells.toLocaleString("en")} cells`}</td>
                <td class="number">{Number.isFinite(whole) && whole > 0 ? `${((100 * block.value) / whole).toFixed(1)} %` : ""}</td>
                <td><button type="button" aria-label={`go there: block ${block.at.join(", ")}`} onClick={() => go(middle(block))}>go there</button></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
