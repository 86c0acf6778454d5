import { DeviceError, openBackend } from "kullback";
import type { Backend } from "kullback";
import { jobs } from "./jobs";
import type { Asked, JobName, Said, Tools, Where } from "./jobs";

const running = new Map<number, AbortController>();
const say = (said: Said) => postMessage(said);

let opened: { readonly where: Where; readonly backend: Promise<Backend> } | undefined;

/** The backend that was named, kept until another is. */
async function backendFor(where: Where): Promise<Backend | undefined> {
  if (where === opened?.where) return opened.backend;
  const before = opened?.backend;
  opened = where === "auto" ? undefined : { where, backend: openBackend({ prefer: where }) };
  opened?.backend.catch(() => { opened = undefined; });
  before?.then((backend) => backend.destroy(), () => undefined);
  return opened?.backend;
}

async function run(id: number, name: JobName, question: unknown, where: Where): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  const { signal } = controller;
  try {
    const job = (await jobs[name]()) as (question: unknown, tools: Tools<unknown>) => Promise<unknown>;
    const once = async () => job(question, { backend: await backendFor(where), signal, step: (step) => say({ id, step }) });
    const answer = await once().catch((error: unknown) => {
      if (!(error instanceof DeviceError) || error.reason !== "lost") throw error;
      opened = undefined;
      say({ id, notice: "The GPU was lost and opened again; what it was at was begun anew." });
      return once();
    });
    say({ id, answer });
  } catch (error) {
    say({ id, error: error instanceof Error ? error.message : String(error) });
  } finally {
    running.delete(id);
  }
}

addEventListener("message", ({ data }: MessageEvent<Asked>) => {
  if ("cancel" in data) running.get(data.id)?.abort(new Error("called off"));
  else void run(data.id, data.name, data.question, data.where);
});
