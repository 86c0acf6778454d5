/** Where entries of a matrix go, in the caller's unit. */
export interface PairResults {
  readonly data: Float64Array;
  /** Empty where bounds are not wanted. */
  readonly errorBound: Float64Array;
  readonly shape: readonly number[];
  /** Which rows the values are of, where that is not said by their places. */
  readonly indices?: Uint32Array;
  put(i: number, j: number, value: number, errorBound: number): void;
}

/** What is wanted of the pairs of so many rows with so many others; `half`: entries come for i ≤ j alone, and hold for both. */
export interface Wanted {
  readonly rows: number;
  readonly others: number;
  readonly half: boolean;
  /** Are the others the rows themselves? */
  readonly isOwn: boolean;
  readonly condensed: boolean;
  readonly top: number | undefined;
  /** Are the bounds, too? */
  readonly bounds: boolean;
}

export function resultsOf(wanted: Wanted): PairResults {
  if (wanted.top !== undefined) return new NearestRows(wanted, wanted.top);
  return wanted.condensed ? new Condensed(wanted) : new Matrix(wanted);
}

function columnOf(length: number): Float64Array {
  try {
    return new Float64Array(length);
  } catch {
    throw new RangeError(`pairwise: a matrix of ${length} entries is larger than this host's arrays: ask for the top, or for blocks of rows.`);
  }
}

class Matrix implements PairResults {
  readonly data: Float64Array;
  readonly errorBound: Float64Array;
  readonly shape: readonly number[];
  private readonly half: boolean;

  constructor({ rows, others, half, bounds }: Wanted) {
    this.shape = [rows, others];
    this.half = half;
    this.data = columnOf(rows * others);
    this.errorBound = columnOf(bounds ? rows * others : 0);
  }

  put(i: number, j: number, value: number, errorBound: number): void {
    const { shape: [, others], data, half } = this;
    data[i * others + j] = value;
    this.errorBound[i * others + j] = errorBound;
    if (!half) return;
    data[j * others + i] = value;
    this.errorBound[j * others + i] = errorBound;
  }
}

class Condensed implements PairResults {
  readonly data: Float64Array;
  readonly errorBound: Float64Array;
  readonly shape: readonly number[];

  private readonly rows: number;

  constructor({ rows, bounds }: Wanted) {
    const length = (rows * (rows - 1)) / 2;
    this.rows = rows;
    this.shape = [length];
    this.data = columnOf(length);
    this.errorBound = columnOf(bounds ? length : 0);
  }

  put(i: number, j: number, value: number, errorBound: number): void {
    if (i >= j) return;
    const at = i * this.rows - (i * (i + 1)) / 2 + j - i - 1;
    this.data[at] = value;
    this.errorBound[at] = errorBound;
  }
}

/** The smallest values of each row, sorted as they come. */
class NearestRows implements PairResults {
  readonly data: Float64Array;
  readonly errorBound: Float64Array;
  readonly indices: Uint32Array;
  readonly shape: readonly [number, number];
  private readonly counts: Uint32Array;

  constructor(private readonly wanted: Wanted, top: number) {
    const { rows, others, isOwn, bounds } = wanted;
    const most = isOwn ? others - 1 : others;
    if (!(Number.isInteger(top) && top > 0)) throw new RangeError(`pairwise: top ${top} must be a positive integer.`);
    if (top > most) throw new RangeError(`pairwise: top ${top} is more than the ${most} rows there are to compare with.`);
    this.shape = [rows, top];
    this.data = columnOf(rows * top);
    this.errorBound = columnOf(bounds ? rows * top : 0);
    this.indices = new Uint32Array(rows * top);
    this.counts = new Uint32Array(rows);
  }

  put(i: number, j: number, value: number, errorBound: number): void {
    const { isOwn, half } = this.wanted;
    if (isOwn && i === j) return;
    this.insert(i, j, value, errorBound);
    if (half) this.insert(j, i, value, errorBound);
  }

  /** NaN is behind all others. */
  private insert(row: number, other: number, value: number, errorBound: number): void {
    const { data, indices, counts, shape: [, top] } = this;
    const first = row * top;
    let at = first + counts[row];
    const comesBefore = (place: number) => {
      const there = data[place];
      return value < there || (Number.isNaN(there) && !Number.isNaN(value)) || ((value === there || (Number.isNaN(there) && Number.isNaN(value))) && other < indices[place]);
    };
    if (counts[row] === top) {
      if (!comesBefore(at - 1)) return;
      at -= 1;
    } else counts[row] += 1;
    for (; at > first && comesBefore(at - 1); at--) {
      data[at] = data[at - 1];
      indices[at] = indices[at - 1];
      this.errorBound[at] = this.errorBound[at - 1];
    }
    data[at] = value;
    indices[at] = other;
    this.errorBound[at] = errorBound;
  }
}
