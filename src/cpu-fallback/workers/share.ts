import { SUMS, sumsIn } from "../simd/engine.js";
import type { TileSums as Sums } from "../simd/engine.js";
import type { Tile, TileSums } from "../simd/tiles.js";
import type { Pool } from "./pool.js";
import { Turns } from "./turns.js";
import { ROW, WINDOW } from "./window.js";
import type { Span, TileInWindow } from "./window.js";

/** Most tiles of a window; near the end fewer, so that all threads end at about the same time. */
const MOST_TILES = 8;
/** Windows that a thread's share of what is left should still make. */
const SHARES = 4;
/** Tiles that this thread sums before it looks at what came back. */
const BETWEEN_TURNS = 4;
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
}

function newBatch(tiles: readonly Tile[]): Batch {
  return { tiles, rows: tiles.reduce((rows, tile) => rows + tile.rows, 0), sums: null, own: null, ownTiles: 0 };
}

/** One call's tiles, as they are handed out: to workers in windows, to this thread, and what came of them into the totals in the order of tiles. */
class Sharing {
  private readonly tiles;
  /** Memory that workers read without a copy, of p and of q. */
  private readonly direct: readonly [ArrayBufferLike | null, ArrayBufferLike | null];
  private next: Tile | undefined;
  private readonly waiting: Batch[] = [];

  constructor(private readonly sums: TileSums, private readonly pool: Pool, private cellsLeft: number) {
    this.direct = sums.wholeRows || sums.way.columns ? [null, null] : [sums.p.shared, sums.q.shared];
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
    const { sums: { p, q }, pool, direct } = this;
    const roomOf = (side: 0 | 1, count: number) => (direct[side] ? 0 : 8 * Math.ceil((count * (side === 0 ? p : q).width) / 8));
    const batch = newBatch(this.take(this.fair, WINDOW, ({ countP, countQ, rows }) => roomOf(0, countP) + roomOf(1, countQ) + rows * ROW));
    const buffer = pool.newBuffer();
    const views = [p.viewOf(buffer), q.viewOf(buffer)];
    let used = 0;
    const fill = (tile: Tile, side: 0 | 1, count: number): Span => {
      const source = side === 0 ? p : q;
      const bytes = count * source.width;
      if (direct[side]) return { at: source.byteAt(tile.rowOf(0), tile.cellsOf(0)[0]), bytes };
      const at = used;
      tile.copy(source, views[side], at / source.width);
      used += roomOf(side, count);
      return { at, bytes };
    };
    const tiles = batch.tiles.map((tile): TileInWindow => {
      const { rows, length, sharesQ, countP, countQ } = tile;
      return { rows, length, sharesQ, p: fill(tile, 0, countP), q: fill(tile, 1, countQ), changes: this.sums.changesOf(tile) };
    });
    const sumsAt = used;
    this.waiting.push(batch);
    pool.send({ way: this.sums.way, tiles, p: direct[0] ?? buffer, q: direct[1] ?? buffer, buffer, sumsAt, rows: batch.rows }, (returned) => {
      batch.sums ??= sumsIn(returned.slice(sumsAt, sumsAt + batch.rows * ROW), 0, batch.rows);
    });
  }

  /** Sums the next few tiles here. */
  private sumNext(): void {
    const tiles = this.take(Math.min(this.fair, BETWEEN_TURNS), Infinity, () => 0);
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
    batch.own ??= sumsIn(new ArrayBuffer(batch.rows * ROW), 0, batch.rows);
    const tile = batch.tiles[batch.ownTiles];
    const sums = this.sums.sum(tile);
    const at = batch.tiles.slice(0, batch.ownTiles).reduce((rows, before) => rows + before.rows, 0);
    for (const name of SUMS) batch.own[name].set(sums[name].subarray(0, tile.rows), at);
    batch.ownTiles += 1;
    if (batch.ownTiles === batch.tiles.length) batch.sums = batch.own;
  }

  /** Takes the sums that are there, up to the first that are not. */
  private settle(): void {
    let batches = 0;
    for (const { tiles, sums } of this.waiting) {
      if (!sums) break;
      let at = 0;
      for (const tile of tiles) {
        this.sums.take(tile, sums, at);
        at += tile.rows;
      }
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
