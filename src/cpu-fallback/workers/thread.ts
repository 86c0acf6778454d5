import type { Worker as NodeWorker } from "node:worker_threads";
import code from "./worker.ts?script";

/** A worker of whatever host this is. */
export interface Thread {
  post(message: unknown, transfer: readonly ArrayBuffer[]): void;
  end(): void;
}

export interface Listener {
  message(data: unknown): void;
  /** It could not start, or failed. */
  lost(): void;
}

/** The modules of Node and what is like it. Never `import`: bundlers would look for them. */
const node = () => globalThis.process as Partial<typeof process> | undefined;

/** Starts a worker; it never keeps the process alive. Throws where the host allows none. */
export function startThread(listener: Listener): Thread {
  const threads = node()?.getBuiltinModule?.("node:worker_threads");
  return threads ? startInNode(threads.Worker, listener) : startInPage(listener);
}

function startInNode(Worker: typeof NodeWorker, { message, lost }: Listener): Thread {
  const worker = new Worker(code, { eval: true, name: "kullback", execArgv: [], stdout: false, stderr: false });
  worker.on("message", message);
  for (const event of ["error", "exit", "messageerror"] as const) worker.on(event, lost);
  worker.unref();
  return {
    post: (data, transfer) => worker.postMessage(data, transfer),
    end: () => { void worker.terminate(); },
  };
}

function startInPage({ message, lost }: Listener): Thread {
  const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const worker = new Worker(url, { type: "module", name: "kullback" });
  worker.onmessage = ({ data }) => {
    URL.revokeObjectURL(url);
    message(data);
  };
  worker.onerror = (event) => {
    // it is ours, and the call goes on without
    event.preventDefault();
    lost();
  };
  worker.onmessageerror = lost;
  return {
    post: (data, transfer) => worker.postMessage(data, transfer as ArrayBuffer[]),
    end: () => worker.terminate(),
  };
}
