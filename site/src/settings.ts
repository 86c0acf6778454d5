import type { Where } from "./jobs";

/** Units by the base of their logarithm. */
export const UNITS = { nats: Math.E, bits: 2, dits: 10 } as const;
export type Unit = keyof typeof UNITS;

/** Where it is computed, as the page says it. */
export const PLACES = { auto: "where it is fastest", webgpu: "on the GPU", cpu: "on the CPU" } as const satisfies Record<Where, string>;

/** What holds for all pages; it stands in every address. */
export interface Settings {
  readonly unit: Unit;
  readonly where: Where;
}

const one = <Name extends string>(names: Readonly<Record<Name, unknown>>, text: string | null, otherwise: Name): Name => (text !== null && Object.hasOwn(names, text) ? (text as Name) : otherwise);

export const readSettings = (query: URLSearchParams): Settings => ({ unit: one(UNITS, query.get("unit"), "nats"), where: one(PLACES, query.get("on"), "auto") });

export const writeSettings = ({ unit, where }: Settings) => ({ unit, ...(where !== "auto" && { on: where }) });
