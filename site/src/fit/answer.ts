import type { State } from "./state";

export type Question = Pick<State, "of" | "heights" | "model" | "starts" | "from" | "epsilon">;
export type Direction = "forward" | "reverse";

/** A normal of a model: of one variable its covariance is its variance. */
export interface Part {
  readonly weight: number;
  readonly mean: readonly number[];
  /** Row-major. */
  readonly covariance: readonly number[];
}

/** A model on its way. */
export interface Moment {
  /** In nats. */
  readonly loss: number;
  readonly parts: readonly Part[];
}

/** A minimum, and the way that led there: the start, and one moment for each step. */
export interface Minimum {
  readonly divergence: number;
  readonly errorBound: number;
  readonly loss: number;
  readonly steps: number;
  readonly converged: boolean;
  readonly path: readonly Moment[];
}

export interface Fits {
  readonly direction: Direction;
  /** That of the least loss first. */
  readonly minima: readonly Minimum[];
  /** From how many places it began. */
  readonly starts: number;
  readonly ranOn: string;
  readonly elapsedMs: number;
}

/** The target as it is seen along all axes but two. */
export interface Picture {
  readonly rows: number;
  readonly columns: number;
  readonly cells: Float64Array;
}

export interface Answer {
  readonly question: Question;
  readonly dimensions: number;
  readonly x: Float64Array;
  /** Of one dimension, densities that integrate to 1. */
  readonly density: Float64Array;
  /** Of two dimensions one, of three all three. */
  readonly pictures: readonly Picture[];
  readonly cells: number;
  readonly empty: number;
  readonly fits: readonly [forward: Fits, reverse: Fits];
}

/** How far it is. */
export interface Progress {
  readonly direction: Direction;
  readonly start: number;
  readonly step: number;
}
