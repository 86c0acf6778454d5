import type { Answer, Question } from "./compare/evaluate";

let worker: Worker | undefined;
let latest = 0;
const waiting = new Map<number, (answer: Answer | Error | null) => void>();

function start(): Worker {
  const made = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "kullback" });
  made.addEventListener("message", ({ data: { id, answer, error } }: MessageEvent<{ readonly id: number; readonly answer?: Answer; readonly error?: string }>) => {
    waiting.get(id)?.(id === latest ? (answer ?? new Error(error)) : null);
    waiting.delete(id);
  });
  return made;
}

/** What the worker finds; `null` where something else was asked meanwhile. */
export function ask(question: Question): Promise<Answer | Error | null> {
  worker ??= start();
  const id = ++latest;
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    worker?.postMessage({ id, question });
  });
}
