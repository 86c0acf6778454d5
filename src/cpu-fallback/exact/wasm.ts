import type { Dtype } from "../../grid.js";
import type { ExactRow, ExactScale, ExactTerm } from "../../terms/exact/measure.js";
import { BLOCK } from "./engine.js";
import type { Engine } from "./engine.js";
import code from "./kernel.as.ts?base64";

/** The order of `decode` in kernel.as.ts. */
const KINDS = ["float64", "float32", "float16", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"] as const satisfies readonly Dtype[];

/** The order of terms in kernel.as.ts. */
const MULTIPLIED: readonly ExactTerm[] = ["kl", "jeffreys", "jensen-shannon", "total-variation"];

const LOW = 2n ** 64n - 1n;

/** What kernel.as.ts exports. */
interface Kernel {
  readonly memory: WebAssembly.Memory;
  readonly pRaw: WebAssembly.Global<"i32">;
  readonly qRaw: WebAssembly.Global<"i32">;
  readonly weights: WebAssembly.Global<"i32">;
  readonly sumP: WebAssembly.Global<"i32">;
  readonly sumQ: WebAssembly.Global<"i32">;
  readonly sumTerm: WebAssembly.Global<"i32">;
  readonly sumSecond: WebAssembly.Global<"i32">;
  readonly words: WebAssembly.Global<"i32">;
  readonly infiniteCells: WebAssembly.Global<"i32">;
  readonly invalidCount: WebAssembly.Global<"i32">;
  readonly invalidFirst: WebAssembly.Global<"i32">;
  readP(kind: number, count: number): void;
  readQ(kind: number, count: number): void;
  addTotals(count: number): void;
  addKlDivs(count: number): void;
  addJeffreys(count: number): void;
  addOfMultiplied(term: number, count: number, pShift: number, qShift: number, pTimesHigh: bigint, pTimesLow: bigint, qTimesHigh: bigint, qTimesLow: bigint): void;
  addCrossEntropies(count: number): void;
  clear(): void;
}

/** The engine in WebAssembly; rejects where the host has none, or a page's policy forbids it. */
export async function openWasm(): Promise<Engine> {
  const bytes = Uint8Array.from(atob(code), (character) => character.charCodeAt(0));
  const { instance } = await WebAssembly.instantiate(bytes);
  return new WasmEngine(instance.exports as unknown as Kernel);
}

class WasmEngine implements Engine {
  readonly p;
  readonly q;
  readonly weights: Uint32Array;

  constructor(private readonly kernel: Kernel) {
    const { buffer } = kernel.memory;
    this.p = { buffer, byteOffset: kernel.pRaw.value };
    this.q = { buffer, byteOffset: kernel.qRaw.value };
    this.weights = new Uint32Array(buffer, kernel.weights.value, BLOCK);
  }

  read(side: "p" | "q", dtype: Dtype, count: number) {
    const { kernel } = this;
    (side === "p" ? kernel.readP : kernel.readQ)(KINDS.indexOf(dtype), count);
    return { count: kernel.invalidCount.value, first: kernel.invalidFirst.value };
  }

  addTotals(count: number): void {
    this.kernel.addTotals(count);
  }

  addTerms(term: ExactTerm, count: number, scale: ExactScale | null): void {
    const { kernel } = this;
    if (term === "cross-entropy") kernel.addCrossEntropies(count);
    else if (scale) {
      const { pShift, qShift, pTimes, qTimes } = scale;
      kernel.addOfMultiplied(MULTIPLIED.indexOf(term), count, pShift, qShift, pTimes >> 64n, pTimes & LOW, qTimes >> 64n, qTimes & LOW);
    } else if (term === "jeffreys") kernel.addJeffreys(count);
    else if (term === "kl") kernel.addKlDivs(count);
    else throw new RangeError(`the terms ${term} come with a scale`);
  }

  take(): ExactRow {
    const { sumP, sumQ, sumTerm, sumSecond, infiniteCells } = this.kernel;
    const terms = [this.sumAt(sumTerm), this.sumAt(sumSecond)] as const;
    const sums = { p: this.sumAt(sumP), q: this.sumAt(sumQ), terms, infiniteCells: infiniteCells.value >>> 0 };
    this.kernel.clear();
    return sums;
  }

  /** A sum's counters of 64 bits stand for words of 32. */
  private sumAt(address: WebAssembly.Global<"i32">): bigint {
    const { memory: { buffer }, words: { value: length } } = this.kernel;
    const counters = new BigUint64Array(buffer, address.value, length);
    // few are not 0, and to look at them as numbers is cheap
    const halves = new Uint32Array(buffer, address.value, 2 * length);
    const isEmpty = (i: number) => halves[2 * i] === 0 && halves[2 * i + 1] === 0;
    let [lowest, highest] = [0, length - 1];
    while (highest >= 0 && isEmpty(highest)) highest -= 1;
    while (lowest < highest && isEmpty(lowest)) lowest += 1;
    let sum = 0n;
    for (let i = highest; i >= lowest; i--) sum = (sum << 32n) + counters[i];
    return sum << BigInt(32 * lowest);
  }
}
