import type { Backend } from "kullback";

/** What a job in the worker is given beside its question. */
export interface Tools<Step = never> {
  /** The backend that the visitor named; none, and every call goes where it is fastest. */
  readonly backend: Backend | undefined;
  readonly signal: AbortSignal;
  /** Tells the page how far it is. */
  readonly step: (step: Step) => void;
}

/** Every heavy task of the pages: each is loaded when it is first asked for, and runs in the worker. */
export const jobs = {
  compare: async () => (await import("./compare/evaluate")).evaluate,
  interval: async () => (await import("./compare/interval")).intervalOf,
  load: async () => (await import("./compare/load")).load,
  "measure-volumes": async () => (await import("./volumes/measure")).measure,
  "judge-pair": async () => (await import("./precision/judge")).judge,
  "sweep-closeness": async () => (await import("./precision/sweep")).sweep,
  "measure-speed": async () => (await import("./speed/measure")).measure,
  reproduce: async () => (await import("./precision/reproduce")).reproduce,
  "fit-both": async () => (await import("./fit/run")).fitBoth,
  "calibrate-all": async () => (await import("./calibrate/run")).calibrateAll,
  "judge-own": async () => (await import("./calibrate/run")).judgeOwn,
} as const;

export type JobName = keyof typeof jobs;
type Run<Name extends JobName> = Awaited<ReturnType<(typeof jobs)[Name]>>;
export type Question<Name extends JobName> = Parameters<Run<Name>>[0];
export type Answer<Name extends JobName> = Awaited<ReturnType<Run<Name>>>;
export type Step<Name extends JobName> = Parameters<Run<Name>> extends [unknown, Tools<infer Told>] ? Told : never;

/** Where the visitor wants it computed. */
export type Where = "auto" | "webgpu" | "cpu";

/** What the page sends: a question by a number, or a number that is no longer waited for. */
export type Asked = { readonly id: number; readonly name: JobName; readonly question: unknown; readonly where: Where } | { readonly id: number; readonly cancel: true };

/** What the worker says of a number: how far it is, something worth knowing, and in the end the answer or what is wrong. */
export type Said = { readonly id: number } & ({ readonly step: unknown } | { readonly notice: string } | { readonly answer: unknown } | { readonly error: string });
