import { BYTES_PER_CELL } from "../../grid.js";
import type { Dtype } from "../../grid.js";
import { UNIT } from "../../terms/exact/measure.js";
import type { ExactRow, ExactScale, ExactTerm } from "../../terms/exact/measure.js";
import { jensenShannonTerms, klDiv, leading127, logarithm, normalized, topProduct, totalVariationTerms } from "../../terms/exact/term.js";
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
  add({ m, e }: Wide, weight: bigint): void {
    const position = e + UNIT;
    const at = Math.max(position, 0);
    this.parts.set(at, (this.parts.get(at) ?? 0n) + weight * (position < 0 ? m >> BigInt(-position) : m));
  }
  get value(): bigint {
    let sum = 0n;
    for (const [position, part] of this.parts) sum += part << BigInt(position);
    return sum;
  }
}

const newSums = () => ({ p: new Sum(), q: new Sum(), terms: [new Sum(), new Sum()], infiniteCells: 0 });

/** What a cell that is not empty on both sides adds to each of the terms; where it makes the value infinite it is counted beside that. */
const TERMS = {
  // g(0, q) is q
  kl: (p, q) => (q.m === 0n ? [] : [[p.m > 0n ? klDiv(p, q) : normalized(q)]]),
  jeffreys: (p, q) => (p.m === 0n || q.m === 0n ? [] : [[klDiv(p, q)], [klDiv(q, p)]]),
  "jensen-shannon": (p, q) => [jensenShannonTerms(p, q)],
  "total-variation": (p, q) => totalVariationTerms(p, q).map((part) => [part]),
  "cross-entropy": (p, q) => {
    if (p.m === 0n || q.m === 0n) return [];
    const { k, w } = logarithm(q);
    const { m, e } = normalized(p);
    return [[{ m: topProduct(m, w), e: e + 1 }], [{ m: p.m * BigInt(k + UNIT), e: p.e }]];
  },
} as const satisfies Record<ExactTerm, (p: Wide, q: Wide) => readonly (readonly Wide[])[]>;

/** A pair of cells as the terms see it. */
function scaled(p: Wide, q: Wide, scale: ExactScale | null): readonly [Wide, Wide] {
  if (!scale) return [p, q];
  const times = ({ m, e }: Wide, factor: bigint, shift: number) => (m === 0n ? NOTHING : leading127({ m: m * factor, e: e + shift }));
  return [times(p, scale.pTimes, scale.pShift), times(q, scale.qTimes, scale.qShift)];
}

const NOTHING: Wide = { m: 0n, e: 0 };

/** The engine of hosts without WebAssembly: a thousand times slower, and the oracle of the other in tests. */
export class BigIntEngine implements Engine {
  readonly p = { buffer: new ArrayBuffer(8 * BLOCK), byteOffset: 0 };
  readonly q = { buffer: new ArrayBuffer(8 * BLOCK), byteOffset: 0 };
  readonly weights = new Uint32Array(BLOCK);
  private readonly cells: { p: Wide[]; q: Wide[] } = { p: [], q: [] };
  private sums = newSums();

  read(side: "p" | "q", dtype: Dtype, count: number) {
    const view = new DataView(this[side].buffer);
    const size = BYTES_PER_CELL[dtype];
    const invalid = { count: 0, first: -1 };
    this.cells[side] = Array.from({ length: count }, (_, i) => {
      let bits = 0n;
      for (let byte = size - 1; byte >= 0; byte--) bits = (bits << 8n) + BigInt(view.getUint8(i * size + byte));
      const cell = this.weights[i] === 0 ? NOTHING : decoded(dtype, bits);
      if (!cell && invalid.count++ === 0) invalid.first = i;
      return cell ?? NOTHING;
    });
    return invalid;
  }

  addTotals(count: number): void {
    for (let i = 0; i < count; i++) {
      this.sums.p.add(this.cells.p[i], BigInt(this.weights[i]));
      this.sums.q.add(this.cells.q[i], BigInt(this.weights[i]));
    }
  }

  addTerms(term: ExactTerm, count: number, scale: ExactScale | null): void {
    for (let i = 0; i < count; i++) {
      const [p, q] = scaled(this.cells.p[i], this.cells.q[i], scale);
      const [pEmpty, qEmpty] = [p.m === 0n, q.m === 0n];
      if (qEmpty !== pEmpty && (qEmpty || term === "jeffreys")) this.sums.infiniteCells += 1;
      if (pEmpty && qEmpty) continue;
      for (const [at, parts] of TERMS[term](p, q).entries()) {
        for (const part of parts) this.sums.terms[at].add(part, BigInt(this.weights[i]));
      }
    }
  }

  take(): ExactRow {
    const { p, q, terms, infiniteCells } = this.sums;
    this.sums = newSums();
    return { p: p.value, q: q.value, terms: [terms[0].value, terms[1].value], infiniteCells };
  }
}
