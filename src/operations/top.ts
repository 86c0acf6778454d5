import { refuseAxis } from "./contributing.js";
import type { Form } from "./contributing.js";
import type { Top } from "./pointwise.js";
import type { Call } from "./prepare.js";
import { visitCells } from "./visit-cells.js";

/** The cells that contribute most, of which no more are kept than asked for. */
export async function topOf(call: Call, form: Form, count: number): Promise<Top> {
  if (!(Number.isInteger(count) && count > 0)) throw new RangeError(`pointwise: top ${count} must be a positive integer.`);
  refuseAxis("pointwise with top", call.settings);
  // the largest first; of the same size, that which comes first in the grid
  const largest: { value: number; index: number }[] = [];
  await visitCells(call, form, (values, first) => {
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (largest.length === count && !(value > largest[count - 1].value)) continue;
      const at = largest.findIndex((other) => value > other.value);
      largest.splice(at < 0 ? largest.length : at, 0, { value, index: first + i });
      if (largest.length > count) largest.pop();
    }
  });
  const { shape } = call.p;
  const positionOf = (index: number) => shape.map((size, i) => Math.floor(index / shape.slice(i + 1).reduce((n, inner) => n * inner, 1)) % size);
  return {
    data: Float64Array.from(largest, ({ value }) => value),
    indices: Float64Array.from(largest, ({ index }) => index),
    positions: largest.map(({ index }) => positionOf(index)),
  };
}
