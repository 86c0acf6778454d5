import { useEffect, useRef, useState } from "preact/hooks";
import type { Answer, Asked, JobName, Question, Said, Step, Where } from "./jobs";

/** Milliseconds after which a worker that does not stop is ended. */
const PATIENCE = 500;

interface Waiting {
  readonly asked: Asked;
  readonly signal: AbortSignal;
  readonly step: (step: unknown) => void;
  readonly notice: (text: string) => void;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

let worker: Worker | undefined;
let latest = 0;
const waiting = new Map<number, Waiting>();

function start(): Worker {
  const made = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "kullback" });
  made.addEventListener("message", ({ data }: MessageEvent<Said>) => {
    const { id } = data;
    const one = waiting.get(id);
    if ("step" in data) return one?.step(data.step);
    if ("notice" in data) return one?.notice(data.notice);
    waiting.delete(id);
    if ("answer" in data) one?.resolve(data.answer);
    else one?.reject(new Error(data.error));
  });
  return made;
}

/** Begins anew with a worker of its own: what was called off is told, all else is asked again. */
function restart(): void {
  worker?.terminate();
  worker = start();
  for (const [id, { asked, signal, reject }] of waiting) {
    if (!signal.aborted) {
      worker.postMessage(asked);
      continue;
    }
    waiting.delete(id);
    reject(new Error("called off"));
  }
}

interface Listening<Name extends JobName> {
  readonly where: Where;
  readonly signal: AbortSignal;
  readonly step?: (step: Step<Name>) => void;
  readonly notice?: (text: string) => void;
}

/** Asks the worker; rejects with what is wrong in words. Aborted, it is stopped, if need be with the worker. */
export function ask<Name extends JobName>(name: Name, question: Question<Name>, { where, signal, step, notice }: Listening<Name>): Promise<Answer<Name>> {
  worker ??= start();
  const id = ++latest;
  const asked: Asked = { id, name, question, where };
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => {
      if (!waiting.has(id)) return;
      const to = worker;
      to?.postMessage({ id, cancel: true } satisfies Asked);
      setTimeout(() => { if (waiting.has(id) && worker === to) restart(); }, PATIENCE);
    });
    waiting.set(id, { asked, signal, step: (told) => step?.(told as Step<Name>), notice: (text) => notice?.(text), resolve: (answer) => resolve(answer as Answer<Name>), reject });
    worker?.postMessage(asked);
  });
}

/** How far a question is. */
export interface Asking<Name extends JobName> {
  /** The last answer there was; a newer one may be on its way. */
  readonly answer: Answer<Name> | null;
  readonly error: string;
  readonly notice: string;
  readonly isBusy: boolean;
  /** What the job told last of how far it is. */
  readonly step: Step<Name> | null;
  readonly cancel: () => void;
}

/** Asks whenever the question changes (`null`: nothing is asked) and calls off what it replaces. Questions are told apart by `key`. */
export function useAnswer<Name extends JobName>(name: Name, question: Question<Name> | null, where: Where, key: string = JSON.stringify(question)): Asking<Name> {
  const [state, setState] = useState<Omit<Asking<Name>, "cancel">>({ answer: null, error: "", notice: "", isBusy: question !== null, step: null });
  const controller = useRef<AbortController>();
  useEffect(() => {
    if (question === null) return setState({ answer: null, error: "", notice: "", isBusy: false, step: null });
    const { signal } = (controller.current = new AbortController());
    const update = (change: Partial<Asking<Name>>) => { if (controller.current?.signal === signal) setState((before) => ({ ...before, ...change })); };
    update({ isBusy: true, error: "", step: null });
    ask(name, question, { where, signal, step: (step) => update({ step }), notice: (notice) => update({ notice }) }).then(
      (answer) => update({ answer, isBusy: false }),
      (error: Error) => update({ error: error.message, isBusy: false }),
    );
    return () => controller.current?.abort();
  }, [name, key, where]);
  return { ...state, cancel: () => controller.current?.abort() };
}
