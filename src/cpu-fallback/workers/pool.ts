import type { AnySetup, Reply, Setup, Task, Window } from "./window.js";
import { WINDOW } from "./window.js";
import { startThread } from "./thread.js";
import { Turns } from "./turns.js";
import type { Thread } from "./thread.js";

/** Windows with a worker at once: one that it sums, and some to go on with until this thread has a turn again. */
const DEPTH = 4;
/** Milliseconds without work after which the workers end: the next call worth it starts others. */
export const IDLE = { ms: 10_000 };

/** A started worker. */
interface Member {
  readonly thread: Thread;
  /** By id, what to do with the sums of the windows it has; `null` until it is ready. */
  windows: Map<number, (buffer: ArrayBuffer) => void> | null;
}

/** Who hears of a pool. */
export interface Listener {
  /** How many threads there are with the caller's, once a worker is ready. */
  started(threads: number): void;
  /** `failed`: there is no use in another. */
  ended(failed: boolean): void;
}

/** Starts workers so that `threads` work with the caller's; `null` where that is all. */
export function openPool(module: WebAssembly.Module, threads: number, listener: Listener): Pool | null {
  return threads > 1 ? new Pool(module, threads - 1, listener) : null;
}

/** Workers that sum windows of cells. One that fails is let go, with what it had: whoever sent that sums it, too. */
export class Pool {
  private readonly members = new Set<Member>();
  private readonly buffers: ArrayBuffer[] = [];
  private readonly setups = new Map<number, Setup>();
  private orders: WebAssembly.Module | undefined;
  private lastId = 0;
  private lastUse = performance.now();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly module: WebAssembly.Module, private readonly workers: number, private readonly listener: Listener) {
    try {
      for (let i = 0; i < workers; i++) this.start();
    } catch {
      // a page's policy, or a host without workers
      this.end(true);
    }
    this.watch(IDLE.ms);
  }

  private start(): void {
    let member: Member | undefined;
    const thread = startThread({
      message: (data) => {
        if (data === "ready" && member) {
          member.windows = new Map();
          if (this.orders) member.thread.post({ orders: this.orders }, []);
          for (const setup of this.setups.values()) member.thread.post(setup, []);
          this.listener.started(this.size + 1);
        } else if (member) this.receive(member, data as Reply);
      },
      lost: () => { if (member && this.members.has(member)) this.lose(member); },
    });
    member = { thread, windows: null };
    this.members.add(member);
    thread.post(this.module, []);
  }

  private receive({ windows }: Member, { id, buffer }: Reply): void {
    const take = windows?.get(id);
    windows?.delete(id);
    take?.(buffer);
    if (this.buffers.length < DEPTH * this.workers) this.buffers.push(buffer);
  }

  private lose(member: Member): void {
    this.members.delete(member);
    member.thread.end();
    if (this.members.size === 0) this.end(true);
  }

  /** How many workers are ready. */
  get size(): number {
    let ready = 0;
    for (const { windows } of this.members) if (windows) ready += 1;
    return ready;
  }

  /** Is a worker ready? Lets what they say through first: a caller that awaits call after call would never hear of it. */
  async isReady(): Promise<boolean> {
    if (this.size === 0) {
      const turns = new Turns();
      await turns.next();
      turns.close();
    }
    return this.size > 0;
  }

  /** Can a window be sent to a worker that will soon begin with it? */
  get isFree(): boolean {
    for (const { windows } of this.members) if (windows && windows.size < DEPTH) return true;
    return false;
  }

  /** A buffer for a window. */
  newBuffer(): ArrayBuffer {
    return this.buffers.pop() ?? new ArrayBuffer(WINDOW);
  }

  /** Gives all workers the engine that has orders: once. */
  giveOrders(module: WebAssembly.Module): void {
    if (this.orders) return;
    this.orders = module;
    for (const { thread, windows } of this.members) if (windows) thread.post({ orders: module }, []);
  }

  /** Gives all workers what later tasks name by the number returned; `null` where it is too much for them. */
  setUp(what: AnySetup): number | null {
    this.lastId += 1;
    const setup = { ...what, setup: this.lastId };
    this.setups.set(setup.setup, setup);
    try {
      for (const { thread, windows } of this.members) if (windows) thread.post(setup, []);
      return setup.setup;
    } catch {
      this.forget(setup.setup);
      return null;
    }
  }

  /** Has them drop it. */
  forget(setup: number): void {
    this.setups.delete(setup);
    for (const { thread, windows } of this.members) if (windows) thread.post({ forget: setup }, []);
  }

  /** Sends a window to the worker that has the least; its buffer is gone. `take` reads the sums from the buffer before it is used again, or is never called. */
  send(window: Omit<Window, "id"> | Task, take: (buffer: ArrayBuffer) => void): void {
    let least: Member | undefined;
    for (const member of this.members) {
      if (member.windows && member.windows.size < (least?.windows?.size ?? DEPTH)) least = member;
    }
    if (!least) return;
    this.lastId += 1;
    least.windows?.set(this.lastId, take);
    least.thread.post({ ...window, id: this.lastId }, [window.buffer]);
    this.lastUse = performance.now();
  }

  /** Looks in so many milliseconds whether anything was sent of late; else the workers end. */
  private watch(after: number): void {
    if (this.members.size === 0) return;
    this.timer = setTimeout(() => {
      const left = this.lastUse + IDLE.ms - performance.now();
      if (left > 0) this.watch(left);
      else this.end(false);
    }, after);
    (this.timer as { unref?: () => void }).unref?.();
  }

  end(failed: boolean): void {
    clearTimeout(this.timer);
    const members = [...this.members];
    this.members.clear();
    for (const { thread } of members) thread.end();
    this.listener.ended(failed);
  }
}
