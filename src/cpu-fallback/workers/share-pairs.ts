import type { PairTile } from "../../backend.js";
import type { Extent, Panel } from "../simd/pair-panel.js";
import type { Pool } from "./pool.js";
import { Turns } from "./turns.js";
import type { PairSetup } from "./window.js";

/** Strips that a thread is handed, whoever sums them first. */
interface Strip {
  readonly extent: Extent;
  sums: Float64Array | null;
}

/** Sums of strips, here and on the pool's workers, in any order. */
export async function* tilesOnThreads(extents: Iterator<Extent>, panel: Panel, sides: Omit<PairSetup, "setup">, pool: Pool, signal?: AbortSignal): AsyncGenerator<PairTile> {
  const turns = new Turns();
  const setup = pool.setUp(sides);
  const sent: Strip[] = [];
  const next = () => extents.next().value as Extent | undefined;
  const sumHere = ({ extent }: Strip): PairTile => {
    const sums = new Float64Array(extent.rowsP * extent.rowsQ);
    panel.sum(extent, sums);
    return { ...extent, sums };
  };
  try {
    for (let extent = next(); extent || sent.length > 0;) {
      while (extent && pool.isFree) {
        const strip: Strip = { extent, sums: null };
        const cells = extent.rowsP * extent.rowsQ;
        sent.push(strip);
        pool.send({ setup, extent, buffer: pool.newBuffer() }, (returned) => { strip.sums = new Float64Array(returned, 0, cells).slice(); });
        extent = next();
      }
      if (extent) {
        yield sumHere({ extent, sums: null });
        extent = next();
      }
      await turns.next();
      signal?.throwIfAborted();
      const back = sent.filter(({ sums }) => sums);
      // with nothing else to do, the one that a worker will come to last
      const again = !extent && back.length === 0 ? sent.pop() : undefined;
      if (again) yield sumHere(again);
      for (const strip of back) {
        sent.splice(sent.indexOf(strip), 1);
        yield { ...strip.extent, sums: strip.sums as Float64Array };
      }
    }
  } finally {
    pool.forget(setup);
    turns.close();
  }
}
