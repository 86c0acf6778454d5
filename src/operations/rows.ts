import type { Sums } from "../terms/measure.js";

/** The sums of many rows, each a new object when it is looked at: a hundred thousand of them at once would keep the collector busy. */
export class Rows {
  constructor(readonly length: number, readonly at: (row: number) => Sums) {}

  some(holds: (row: Sums) => boolean): boolean {
    for (let i = 0; i < this.length; i++) if (holds(this.at(i))) return true;
    return false;
  }

  map<T>(of: (row: Sums, i: number) => T): T[] {
    return Array.from({ length: this.length }, (_, i) => of(this.at(i), i));
  }
}
