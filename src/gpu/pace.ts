/** Milliseconds that a dispatch should take at most, well below the seconds after which systems stop a device. */
const LONGEST_MS = 50;
const AIM_MS = 40;
const LARGEST_CHANGE = 4;

/** How many cells one dispatch of a kind takes on this device, from how long the last ones took. */
export class Pace {
  cells: number;

  /** Begins with `first` cells, which the slowest device does in time, and never takes many fewer. */
  constructor(private readonly first: number) {
    this.cells = first;
  }

  /** Short work says only how long a round trip is. */
  note(cells: number, ms: number): void {
    if (cells < this.cells / 2 && (ms < LONGEST_MS || cells < this.first)) return;
    const change = Math.min(Math.max(AIM_MS / ms, 1 / LARGEST_CHANGE), LARGEST_CHANGE);
    this.cells = Math.max(Math.floor(cells * change), Math.ceil(this.first / 16));
  }
}
