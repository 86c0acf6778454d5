import type { Pool } from "./pool.js";
import { Turns } from "./turns.js";
import type { AnySetup, Task } from "./window.js";

/** How pieces of work are done. */
export interface Work<Piece, Result> {
  /** What workers know of it. */
  readonly setup: AnySetup;
  /** What one is sent for a piece, and what it wrote to the buffer then. */
  readonly taskOf: (piece: Piece, newBuffer: () => ArrayBuffer) => Omit<Task, "setup">;
  readonly read: (piece: Piece, buffer: ArrayBuffer) => Result;
  /** The same on this thread. */
  readonly here: (piece: Piece) => Result;
}

/** Work in pieces, done here and on the pool's workers; what becomes of each comes once, in any order. */
export async function* handOut<Piece, Result>(pieces: Iterator<Piece>, pool: Pool, { setup: what, taskOf, read, here }: Work<Piece, Result>, signal?: AbortSignal): AsyncGenerator<Result> {
  const turns = new Turns();
  const setup = pool.setUp(what);
  const sent: { readonly piece: Piece; result?: readonly [Result] }[] = [];
  const next = () => pieces.next();
  try {
    for (let { value, done } = next(); !done || sent.length > 0;) {
      while (!done && setup !== null && pool.isFree) {
        const piece: { readonly piece: Piece; result?: readonly [Result] } = { piece: value };
        sent.push(piece);
        pool.send({ ...taskOf(value, () => pool.newBuffer()), setup }, (buffer) => { piece.result = [read(piece.piece, buffer)]; });
        ({ value, done } = next());
      }
      if (!done) {
        yield here(value);
        ({ value, done } = next());
      }
      await turns.next();
      signal?.throwIfAborted();
      const back = sent.filter(({ result }) => result);
      // with nothing else to do, what a worker will come to last
      const again = done && back.length === 0 ? sent.pop() : undefined;
      if (again) yield here(again.piece);
      for (const piece of back) {
        sent.splice(sent.indexOf(piece), 1);
        yield (piece.result as readonly [Result])[0];
      }
    }
  } finally {
    if (setup !== null) pool.forget(setup);
    turns.close();
  }
}
