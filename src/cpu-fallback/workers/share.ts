import { sumsIn } from "../simd/engine.js";
import type { TileSums as Sums } from "../simd/engine.js";
import type { Tile, TileSums } from "../simd/tiles.js";
import type { Pool } from "./pool.js";
import { Turns } from "./turns.js";
import { HEAD, ROW, WINDOW, copySums } from "./window.js";
import type { Window } from "./window.js";

/**
 * Most tiles of a window, and that this thread sums before it looks at what came back: a turn takes a tenth of a millisecond in a browser,
 * a message as long. Near the end fewer, so that all threads end at about the same time.
 */
const MOST_TILES = 32;
/** Windows that a thread's share of what is left should still make. */
const SHARES = 4;
/** Most batches whose sums are held until those before them are there. */
const MOST_WAITING = 256;

/** Tiles that follow each other, and their sums, in the order of tiles, once they are there. */
interface Batch {
  readonly tiles: readonly Tile[];
  readonly rows: number;
  sums: Sums | null;
  /** Those of the first few tiles that this thread summed, where a worker is slow. */
  own: Sums | null;
  ownTiles: number;
  ownRows: number;
}

function newBatch(tiles: readonly Tile[]): Batch {
  return { tiles, rows: tiles.reduce((rows, tile) => rows + tile.rows, 0), sums: null, own: null, ownTiles: 0, ownRows: 0 };
}

/** One call's tiles, as they are handed out: to workers in windows, to this thread, and what came of them into the totals in the order of tiles. */
class Sharing {
  private readonly tiles;
  /** Memory that workers read without a copy, of p and of q. */
  private readonly direct: Pick<Window, "p" | "q">;
  private next: Tile | undefined;
  private readonly waiting: Batch[] = [];
  /** Sums that are read: new ones for all batches would wait for the collector. */
  private readonly spare: Sums[] = [];

  constructor(private readonly sums: TileSums, private readonly pool: Pool, private cellsLeft: number) {
    this.direct = sums.wholeRows || sums.way.columns ? { p: null, q: null } : { p: sums.p.shared, q: sums.q.shared };
    this.tiles = sums.tiles();
    this.next = this.tiles.next().value as Tile | undefined;
  }

  /** Does a part of the work; false when there is nothing left of it. */
  step(): boolean {
    this.settle();
    while (this.next && this.mayWait && this.pool.isFree) this.send();
    if (this.next && this.mayWait) this.sumNext();
    else this.sumAgain();
    this.settle();
    return this.next !== undefined || this.waiting.length > 0;
  }

  private get mayWait(): boolean {
    return this.waiting.length < MOST_WAITING;
  }

  /** The next few tiles, as long as they have room in so many bytes of a window. */
  private take(most: number, bytes: number, bytesOf: (tile: Tile) => number): Tile[] {
    const taken: Tile[] = [];
    for (let room = bytes; this.next && taken.length < most; ) {
      room -= bytesOf(this.next);
      if (room < 0) break;
      taken.push(this.next);
      this.cellsLeft -= this.next.cells;
      this.next = this.tiles.next().value as Tile | undefined;
    }
    return taken;
  }

  /** How many tiles to take at once. */
  private get fair(): number {
    const share = this.cellsLeft / (this.next?.cells ?? 1) / (SHARES * (this.pool.size + 1));
    return Math.max(1, Math.min(MOST_TILES, Math.floor(share)));
  }

  /** Copies the next few tiles' cells into a window, and sends that to a worker. */
  private send(): void {
    const { sums, pool, direct } = this;
    const sides = ["p", "q"] as const;
    const roomOf = (side: "p" | "q", { countP, countQ }: Tile) => (direct[side] ? 0 : 8 * Math.ceil(((side === "p" ? countP : countQ) * sums[side].width) / 8));
    const batch = newBatch(this.take(this.fair, WINDOW, (tile) => 8 * HEAD + roomOf("p", tile) + roomOf("q", tile) + tile.rows * ROW));
    const buffer = pool.newBuffer();
    const heads = new Float64Array(buffer, 0, HEAD * batch.tiles.length);
    const views = { p: sums.p.viewOf(buffer), q: sums.q.viewOf(buffer) };
    let sumsAt = heads.byteLength;
    for (let i = 0; i < batch.tiles.length; i++) {
      const tile = batch.tiles[i];
      const head = HEAD * i;
      heads[head] = tile.rows;
      heads[head + 1] = tile.length;
      heads[head + 2] = Number(tile.sharesQ);
      for (const side of sides) {
        const source = sums[side];
        const at = head + (side === "p" ? 3 : 5);
        heads[at] = direct[side] ? source.byteAt(tile.first, tile.from) : sumsAt;
        heads[at + 1] = (side === "p" ? tile.countP : tile.countQ) * source.width;
        if (!direct[side]) sums.copy(tile, source, views[side], sumsAt / source.width);
        sumsAt += roomOf(side, tile);
      }
    }
    const changes = sums.changed ? batch.tiles.map((tile) => sums.changesOf(tile)) : null;
    this.waiting.push(batch);
    pool.send({ way: sums.way, tiles: batch.tiles.length, changes, ...direct, buffer, sumsAt, rows: batch.rows }, (returned) => {
      if (batch.sums) return;
      batch.sums = this.newSums(batch.rows);
      new Uint8Array(batch.sums.p.buffer).set(new Uint8Array(returned, sumsAt, batch.rows * ROW));
    });
  }

  /** Sums the next few tiles here. */
  private sumNext(): void {
    const tiles = this.take(this.fair, Infinity, () => 0);
    if (this.waiting.length === 0 || this.sums.wholeRows) {
      for (const tile of tiles) this.sums.take(tile, this.sums.sum(tile), 0);
      return;
    }
    const batch = newBatch(tiles);
    for (let i = 0; i < tiles.length; i++) this.sumOwn(batch);
    this.waiting.push(batch);
  }

  /** Sums a tile that a worker has had for long, or will not come to so soon: the first of all where too much waits for it, else the last. */
  private sumAgain(): void {
    const isOpen = ({ sums }: Batch) => !sums;
    const batch = this.next ? this.waiting.find(isOpen) : this.waiting.findLast(isOpen);
    if (batch) this.sumOwn(batch);
  }

  private sumOwn(batch: Batch): void {
    batch.own ??= this.newSums(batch.rows);
    const tile = batch.tiles[batch.ownTiles];
    const sums = this.sums.sum(tile);
    copySums(sums, tile.rows, batch.own, batch.ownRows);
    batch.ownTiles += 1;
    batch.ownRows += tile.rows;
    if (batch.ownTiles === batch.tiles.length) batch.sums = batch.own;
  }

  private newSums(rows: number): Sums {
    const sums = this.spare.pop();
    return sums?.p.length === rows ? sums : sumsIn(new ArrayBuffer(rows * ROW), 0, rows);
  }

  /** Takes the sums that are there, up to the first that are not. */
  private settle(): void {
    let batches = 0;
    for (const { tiles, sums, own } of this.waiting) {
      if (!sums) break;
      let at = 0;
      for (const tile of tiles) {
        this.sums.take(tile, sums, at);
        at += tile.rows;
      }
      this.spare.push(sums);
      if (own && own !== sums) this.spare.push(own);
      batches += 1;
    }
    this.waiting.splice(0, batches);
  }
}

/** Sums everything, here and on the pool's workers: the same bits whoever sums what. */
export async function sumOnThreads(sums: TileSums, pool: Pool, cells: number, signal?: AbortSignal): Promise<void> {
  const sharing = new Sharing(sums, pool, cells);
  const turns = new Turns();
  try {
    while (sharing.step()) {
      await turns.next();
      signal?.throwIfAborted();
    }
  } finally {
    turns.close();
  }
}
