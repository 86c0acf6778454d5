import { BYTES_PER_CELL } from "../../grid.js";
import type { Dtype } from "../../grid.js";
import { UNIT } from "../../terms/exact/measure.js";
import type { ExactRow, ExactScale, ExactTerm } from "../../terms/exact/measure.js";
import { jensenShannonTerms, klDiv, logarithm, normalized, topProduct } from "../../terms/exact/term.js";
import type { Wide } from "../../terms/exact/term.js";
import { BLOCK } from "./engine.js";
import type { Engine } from "./engine.js";

/** Sign, exponent field and fraction of the float types: bits of the last two, and the exponent of the last place in the lowest binade. */
const FLOATS: Partial<Record<Dtype, readonly [exponent: number, fraction: number, lowest: number]>> = {
  float64: [11, 52, -1074],
  float32: [8, 23, -149],
  float16: [5, 10, -24],
};

/** A non-negative entry from its bits, not normalised; `null` for what is negative, NaN or infinite. */
function decoded(dtype: Dtype, bits: bigint): Wide | null {
  const float = FLOATS[dtype];
  const sign = 1n << BigInt(8 * BYTES_PER_CELL[dtype] - 1);
  if (!float) return dtype.startsWith("u") || bits < sign ? { m: bits, e: 0 } : null;
  if (bits === sign) return { m: 0n, e: 0 };
  const [exponent, fraction, lowest] = float;
  const field = bits >> BigInt(fraction);
  if (field >= (1n << BigInt(exponent)) - 1n) return null;
  const m = bits & ((1n << BigInt(fraction)) - 1n);
  return field === 0n ? { m, e: lowest } : { m: m + (1n << BigInt(fraction)), e: lowest + Number(field) - 1 };
}

/** A sum by exponent: many small integers instead of one long one. */
class Sum {
  private readonly parts = new Map<number, bigint>();
  add({ m, e }: Wide): void {
    const position = e + UNIT;
    const at = Math.max(position, 0);
    this.parts.set(at, (this.parts.get(at) ?? 0n) + (position < 0 ? m >> BigInt(-position) : m));
  }
  get value(): bigint {
    let sum = 0n;
    for (const [position, part] of this.parts) sum += part << BigInt(position);
    return sum;
  }
}

type Sums = ReturnType<typeof newSums>;
const newSums = () => ({ p: new Sum(), q: new Sum(), terms: [new Sum(), new Sum()], infiniteCells: 0 });

/** What a cell that is not empty on both sides adds to the terms; where q = 0 < p it is counted beside that. */
const ADD = {
  kl: (p, q, { terms }) => {
    // g(0, q) is q
    if (q.m > 0n) terms[0].add(p.m > 0n ? klDiv(p, q) : q);
  },
  "jensen-shannon": (p, q, { terms }) => {
    for (const term of jensenShannonTerms(p, q)) terms[0].add(term);
  },
  "cross-entropy": (p, q, { terms }) => {
    if (p.m === 0n || q.m === 0n) return;
    const { k, w } = logarithm(q);
    const { m, e } = normalized(p);
    terms[0].add({ m: topProduct(m, w), e: e + 1 });
    terms[1].add({ m: p.m * BigInt(k + UNIT), e: p.e });
  },
} as const satisfies Record<ExactTerm, (p: Wide, q: Wide, sums: Sums) => void>;

/** The engine of hosts without WebAssembly: a thousand times slower, and the oracle of the other in tests. */
export class BigIntEngine implements Engine {
  readonly p = { buffer: new ArrayBuffer(8 * BLOCK), byteOffset: 0 };
  readonly q = { buffer: new ArrayBuffer(8 * BLOCK), byteOffset: 0 };
  private readonly cells: { p: Wide[]; q: Wide[] } = { p: [], q: [] };
  private sums = newSums();

  read(side: "p" | "q", dtype: Dtype, count: number) {
    const view = new DataView(this[side].buffer);
    const size = BYTES_PER_CELL[dtype];
    const invalid = { count: 0, first: -1 };
    this.cells[side] = Array.from({ length: count }, (_, i) => {
      let bits = 0n;
      for (let byte = size - 1; byte >= 0; byte--) bits = (bits << 8n) + BigInt(view.getUint8(i * size + byte));
      const cell = decoded(dtype, bits);
      if (!cell && invalid.count++ === 0) invalid.first = i;
      return cell ?? { m: 0n, e: 0 };
    });
    return invalid;
  }

  addTotals(count: number): void {
    for (let i = 0; i < count; i++) {
      this.sums.p.add(this.cells.p[i]);
      this.sums.q.add(this.cells.q[i]);
    }
  }

  addTerms(term: ExactTerm, count: number, { pShift, qShift, pTimes, qTimes }: ExactScale): void {
    for (let i = 0; i < count; i++) {
      const [x, y] = [this.cells.p[i], this.cells.q[i]];
      const p = { m: x.m * pTimes, e: x.e + pShift };
      const q = { m: y.m * qTimes, e: y.e + qShift };
      if (p.m > 0n && q.m === 0n) this.sums.infiniteCells += 1;
      if (p.m > 0n || q.m > 0n) ADD[term](p, q, this.sums);
    }
  }

  take(): ExactRow {
    const { p, q, terms, infiniteCells } = this.sums;
    this.sums = newSums();
    return { p: p.value, q: q.value, terms: [terms[0].value, terms[1].value], infiniteCells };
  }
}
