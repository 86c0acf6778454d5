import { EXAMPLES, TARGETS } from "./choices";
import type { ExampleId } from "./choices";
import { isAffine } from "./quantise";
import type { Answer } from "./run";

const many = (count: number) => count.toLocaleString("en");
const short = (value: number) => String(Number(value.toPrecision(5))).replace("-", "−");

/** What was looked at, and what was left out. */
export function About({ answer, choose }: { readonly answer: Answer; readonly choose: (column: number) => void }) {
  const { facts: { name, columns, column, count, zeros, nan, infinite, ends }, target, seed, elapsedMs } = answer;
  const example = seed === null ? null : EXAMPLES[name as ExampleId];
  return (
    <p class="about">
      <strong>{example?.name ?? name}</strong>
      {columns.length > 1 && <label>, column <select aria-label="column" value={column} onChange={({ currentTarget: { value } }) => choose(Number(value))}>{columns.map((one, i) => <option key={i} value={i}>{one}</option>)}</select></label>}
      {`: ${many(count)} samples${seed === null ? "" : `, seed ${seed},`} from ${short(ends[0])} to ${short(ends[1])}, ${zeros === 0 ? "none" : many(zeros)} of them 0. ${example?.says ?? ""} `}
      {nan + infinite > 0 && <strong>{many(nan)} NaN and {many(infinite)} infinite values are left out. </strong>}
      {`Stored as ${TARGETS[target].split(":")[0]}${isAffine(target) ? ", with a zero point: from the smallest sample kept to the largest" : ""}; all methods took ${elapsedMs.toFixed(0)} ms.`}
    </p>
  );
}
