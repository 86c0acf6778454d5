import type { Backend, ReduceJob, RowSums, Term, ZeroRule } from "../backend.js";
import type { Call } from "./prepare.js";
import { TOTALS } from "./totals.js";

/** Cells with what is summed of them: `terms` are `term`, and its other one where it has one. */
export interface Read extends ReduceJob {
  readonly term: Term & { readonly other?: Term };
}

/** Its sums, with those of the second term. */
export interface ReadSums extends RowSums {
  readonly other?: Float64Array;
}

/** A read of the cells as they are. All that a read may have is there: to add it to a copy takes V8 as long as hundreds of cells. */
export function readOf({ layout, p, q, settings: { signal } }: Call, term: Read["term"]): Read {
  return { layout, p, q, signal, term, terms: termsOf(term), scales: undefined, totals: undefined, zeros: undefined, wide: false };
}

interface Waiting {
  readonly backend: Backend;
  readonly read: Read;
  resolve(sums: ReadSums): void;
  reject(reason: unknown): void;
}

/** Reads of calls that run side by side: once each of them waits for one or is done, those of the same cells are made together. */
export class SharedReads {
  private waiting: Waiting[] = [];

  constructor(private calls: number) {}

  reduce(backend: Backend, read: Read): Promise<ReadSums> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ backend, read, resolve, reject });
      this.go();
    });
  }

  /** One of the calls makes no more reads. */
  leave(): void {
    this.calls -= 1;
    this.go();
  }

  private go(): void {
    if (this.waiting.length < this.calls) return;
    let left = this.waiting;
    this.waiting = [];
    while (left.length > 0) {
      const first = left.find(({ read }) => read.term !== TOTALS) ?? left[0];
      const together = left.filter((other) => other.backend === first.backend && goTogether(other.read, first.read));
      left = left.filter((other) => !together.includes(other));
      void readTogether(together);
    }
  }
}

/** A read by itself. */
export async function readAlone(backend: Backend, read: Read): Promise<ReadSums> {
  const [sums, other] = await backend.reduce(read);
  return withOther(sums, other);
}

const termsOf = (term: Read["term"]): readonly Term[] => (term.other ? [term, term.other] : [term]);

const withOther = (sums: RowSums, other: RowSums | undefined): ReadSums => (other ? { ...sums, other: other.term } : sums);

async function readTogether(waiting: readonly Waiting[]): Promise<void> {
  const { backend, read } = waiting[0];
  // some measures have their term in common
  const all = waiting.flatMap(({ read: { term } }) => termsOf(term));
  const keys = all.map(({ cpu }) => cpu);
  const terms = all.filter((_, i) => keys.indexOf(keys[i]) === i);
  const job: ReduceJob = { ...read, terms };
  try {
    const sums = await backend.reduce(job);
    const sumsOf = (term: Term) => sums[terms.findIndex(({ cpu }) => cpu === term.cpu)];
    for (const { read: { term }, resolve } of waiting) resolve(withOther(sumsOf(term), term.other && sumsOf(term.other)));
  } catch (error) {
    for (const { reject } of waiting) reject(error);
  }
}

/** Are the same cells seen in the same way, and is the same taken for infinite? */
function goTogether(a: Read, b: Read): boolean {
  return a.p === b.p && a.q === b.q && a.layout === b.layout && a.wide === b.wide
    && agree(a.scales, b.scales, ["p", "q", "multiplier"]) && agree(a.totals, b.totals, ["p", "q", "d"]) && sameZeros(a.zeros, b.zeros)
    && (a.term === TOTALS || (["pZero", "qZero"] as const).every((side) => (a.term.edges[side] === Infinity) === (b.term.edges[side] === Infinity)));
}

/** Are zeros treated alike? */
function sameZeros(a: ZeroRule | undefined, b: ZeroRule | undefined): boolean {
  if (!a || !b) return a === b;
  return a.rule === b.rule && a.side === b.side && (["p", "q"] as const).every((side) => a[side].every((value, row) => value === b[side][row]));
}

/** Are rows the same in each of these? */
function agree<T>(a: readonly T[] | undefined, b: readonly T[] | undefined, keys: readonly (keyof T)[]): boolean {
  return a === b || (a !== undefined && b !== undefined && a.every((row, i) => keys.every((key) => row[key] === b[i][key])));
}
