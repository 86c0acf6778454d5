import type { Dtype } from "../../grid.js";
import type { ExactRow, ExactScale, ExactTerm } from "../../terms/exact/measure.js";
import { BLOCK } from "./engine.js";
import type { Engine } from "./engine.js";
import code from "./kernel.as.ts?base64";

/** The order of `decode` in kernel.as.ts. */
const KINDS = ["float64", "float32", "float16", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"] as const satisfies readonly Dtype[];

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
  addKlDivs(count: number, pShift: number, qShift: number, multiplier: bigint): void;
  addWideKlDivs(count: number, pShift: number, qShift: number, multiplier: bigint): void;
  addJeffreys(count: number, pShift: number, qShift: number, multiplier: bigint): void;
  addJensenShannons(count: number, pShift: number, qShift: number, pTimesHigh: bigint, pTimesLow: bigint, qTimesHigh: bigint, qTimesLow: bigint): void;
  addTotalVariations(count: number, pShift: number, qShift: number, pTimesHigh: bigint, pTimesLow: bigint, qTimesHigh: bigint, qTimesLow: bigint): void;
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
  /** May a multiplier carry q beyond 64 bits? */
  private wide = false;

  constructor(private readonly kernel: Kernel) {
    const { buffer } = kernel.memory;
    this.p = { buffer, byteOffset: kernel.pRaw.value };
    this.q = { buffer, byteOffset: kernel.qRaw.value };
    this.weights = new Uint32Array(buffer, kernel.weights.value, BLOCK);
  }

  read(side: "p" | "q", dtype: Dtype, count: number) {
    const { kernel } = this;
    if (side === "q") this.wide = dtype === "uint64" || dtype === "int64";
    (side === "p" ? kernel.readP : kernel.readQ)(KINDS.indexOf(dtype), count);
    return { count: kernel.invalidCount.value, first: kernel.invalidFirst.value };
  }

  addTotals(count: number): void {
    this.kernel.addTotals(count);
  }

  addTerms(term: ExactTerm, count: number, { pShift, qShift, pTimes, qTimes }: ExactScale): void {
    const { kernel, wide } = this;
    const totals = [pTimes >> 64n, pTimes & LOW, qTimes >> 64n, qTimes & LOW] as const;
    switch (term) {
      case "cross-entropy": return kernel.addCrossEntropies(count);
      case "jensen-shannon": return kernel.addJensenShannons(count, pShift, qShift, ...totals);
      case "total-variation": return kernel.addTotalVariations(count, pShift, qShift, ...totals);
      case "jeffreys": return kernel.addJeffreys(count, pShift, qShift, qTimes);
      case "kl": return (wide ? kernel.addWideKlDivs : kernel.addKlDivs)(count, pShift, qShift, qTimes);
    }
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
