/** Cells are 2 to these powers. */
export const POWERS = [10, 12, 14, 16, 18, 20, 22, 24] as const;
export type Power = (typeof POWERS)[number];

/** Ways to the same number, as the table names them and the figure draws them. */
export const WAYS = {
  cpu: { name: "CPU", colour: "var(--p)", symbol: "circle", dash: "none" },
  resident: { name: "GPU, resident", colour: "var(--more)", symbol: "square", dash: "none" },
  uploaded: { name: "GPU, with upload", colour: "var(--q)", symbol: "triangle", dash: "none" },
  auto: { name: "auto", colour: "var(--less)", symbol: "diamond", dash: "none" },
  "cpu-read": { name: "CPU, plain read", colour: "var(--p)", symbol: "plus", dash: "5 4" },
  "gpu-read": { name: "GPU, plain read", colour: "var(--more)", symbol: "times", dash: "5 4" },
} as const;

export type WayId = keyof typeof WAYS;

/** Bytes of both arrays of so many cells. */
export const bytesOf = (cells: number): number => 2 * 4 * cells;

/** How long a way takes for so many cells: the median of `turns` times, each of several runs. */
export interface Row {
  readonly cells: number;
  readonly way: WayId;
  readonly medianMs: number;
  readonly minMs: number;
  readonly turns: number;
  readonly nsPerCell: number;
  readonly gbPerS: number;
  /** Of the plain read on the same device. */
  readonly readGbPerS: number;
  readonly ranOn: "cpu" | "webgpu";
  /** What is worth knowing of this way: why a call went where it did, how a plain read was done. */
  readonly reason: string;
}

/** What could not be measured. */
export interface Missing {
  readonly cells: number;
  readonly reason: string;
}

/** Where it was measured. */
export interface Machine {
  readonly adapter: string | null;
  readonly software: boolean;
  /** Why there is no GPU; empty where there is one. */
  readonly noGpu: string;
  /** What the CPU's backend says of itself: whether it had more than one thread, for one. */
  readonly cpu: string;
  readonly userAgent: string;
  readonly hardwareConcurrency: number;
  readonly date: string;
}

export interface Measured {
  readonly machine: Machine;
  readonly rows: readonly Row[];
  readonly missing: readonly Missing[];
}
