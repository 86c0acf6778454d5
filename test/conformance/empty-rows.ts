import { rejects, same, within } from "../support/assert";
import { positive, random } from "../support/random";
import { type ConformanceCase, type ConformanceContext, detailArrayOf, detailOf, type Floats, FLOATS } from "./context";
import { EXACT_MEASURES, MEASURES } from "./measures";

const SHAPE = [5, 40];

/** Row 1 of p and row 3 of q, and in the end both of row 4. */
const IS_EMPTY = { p: (row: number) => row === 1 || row === 4, q: (row: number) => row === 3 || row === 4 };

async function runRows(context: ConformanceContext): Promise<void> {
  const { DomainError, klDivergence } = context.kullback;
  for (const Type of FLOATS) {
    const rng = random(83);
    const draw = (isEmpty: (row: number) => boolean) => {
      const full = positive(rng, 200);
      return [Type.from(full), Type.from(full, (x, i) => (isEmpty(Math.floor(i / 40)) ? 0 : x))] as const;
    };
    const [[fullP, p], [fullQ, q]] = [draw(IS_EMPTY.p), draw(IS_EMPTY.q)];
    for (const [measures, precision] of [[MEASURES, "fast"], [EXACT_MEASURES, "exact"]] as const) {
      for (const name of measures) {
        if (name === "generalizedKl") continue;
        const options = { shape: SHAPE, axis: 1, precision } as const;
        const { value, errorBound } = await detailArrayOf(context, name, p, q, { ...options, emptyRows: "nan" });
        const expected = await detailArrayOf(context, name, fullP, fullQ, options);
        const isEmpty = (row: number) => IS_EMPTY.p(row) || (name !== "entropy" && IS_EMPTY.q(row));
        for (let row = 0; row < 5; row++) {
          const what = `${name}, ${precision}, ${Type.name}, row ${row}`;
          same(Number.isNaN(value[row]) && Number.isNaN(errorBound[row]), isEmpty(row), what);
          // the others may have been read at another scale
          if (!isEmpty(row)) within(value[row], expected.value[row], errorBound[row] + expected.errorBound[row], what);
        }
      }
    }
    await rejects(() => klDivergence(p, q, { backend: context.backend, shape: SHAPE, axis: 1 }), DomainError, "rows without mass");
    const nothing: Floats = Type.from(fullP, () => 0);
    for (const precision of ["fast", "exact"] as const) {
      same((await detailOf(context, "klDivergence", nothing, q, { emptyRows: "nan", precision })).value, NaN, `p of nothing, ${precision}`);
    }
    same((await detailOf(context, "generalizedKl", nothing, nothing, { emptyRows: "nan" })).value, 0, "what is not normalised");
  }
}

export const emptyRowCases: readonly ConformanceCase[] = [
  { name: "emptyRows: \"nan\" gives NaN for rows without mass and leaves the others", run: runRows },
];
