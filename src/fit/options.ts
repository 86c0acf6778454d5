import type { Backend } from "../backend.js";
import type { Axes, Beta, Distribution, MultivariateNormal, Normal, ParametersOf } from "../distributions/index.js";
import type { Direction, TargetZeros } from "../operations/hold-against.js";

/** Families with a name. */
export interface FamilyOf {
  readonly normal: Normal;
  readonly multivariateNormal: MultivariateNormal;
  readonly beta: Beta;
}

export type FamilyName = keyof FamilyOf;

/** Mixtures of a family. */
export interface MixtureOf<Name extends FamilyName = FamilyName> {
  readonly of: Name;
  readonly count: number;
}

/** How a fit went on. */
export interface FitStep {
  /** Which start it is from, and how many steps: 0 is the start itself. */
  readonly start: number;
  readonly step: number;
  /** In nats, what is minimised: see `Fitted`. It never rises. */
  readonly loss: number;
  /** Largest entry of the gradient, by the parameters as they are searched. */
  readonly gradient: number;
  readonly distribution: Distribution;
}

/** Options of `fit`. */
export interface FitOptions {
  /**
   * `"forward"` (default): D(target ‖ model), which covers all of the target: maximum likelihood of the whole distribution, whatever part of it the grid shows;
   * `klDivergence` is the same of the model normalised on the grid. `"reverse"`: D(model ‖ target), which seeks one of its
   * modes. Or a measure of target and model: `klDivergence`, `jeffreys`, `populationStability`, `jensenShannon`, `chiSquare`, `neymanChiSquare`.
   */
  readonly direction?: Direction;
  /** Coordinates of the cells along each axis, rising, as for `onGrid`; of one axis it may be given bare. Default: the coordinates in the target's spacing, else steps of the spacing, or of 1, from 0. */
  readonly axes?: Axes;
  /** Of normals of several variables: `"full"` (default), or `"diagonal"` for variables that are independent. */
  readonly covariance?: "full" | "diagonal";
  /**
   * From how many places to look for minima, or from which: distributions of the family. Default 4; one where the answer is closed: forward KL to one normal or beta.
   */
  readonly starts?: number | readonly Distribution[];
  /** Reverse KL to a target with cells of 0 is infinite: `"omit"` leaves such cells out, `"epsilon"` gives them `value` times the target's total. */
  readonly zeros?: TargetZeros;
  /** Most steps from one start; default 500. */
  readonly maxSteps?: number;
  /** Called at each start, and after every step that is taken. */
  readonly onStep?: (step: FitStep) => void;
  readonly backend?: Backend;
  readonly signal?: AbortSignal;
}

/** A minimum. */
export interface Fitted<Of extends Distribution = Distribution> {
  readonly distribution: Of;
  readonly parameters: ParametersOf[Of["family"]];
  /** In nats, what was minimised: as `divergence`, but of `"forward"` D from the whole distribution, also from what of it lies off the grid. */
  readonly loss: number;
  /** In nats, of the target and the distribution on the grid, each normalised there: what `klDivergence` says of them, or it of them in the other order, or the measure. */
  readonly divergence: number;
  /** |divergence − truth| for the cells as they are. */
  readonly errorBound: number;
  /** Steps that were taken to it. */
  readonly steps: number;
  /** Is the slope 0 as far as the arithmetic can tell? Else `maxSteps` or the end of what it can tell was met first. */
  readonly converged: boolean;
}

/** What `fit` found: the minimum of the least loss, and all that differ. */
export interface FitResult<Of extends Distribution = Distribution> extends Fitted<Of> {
  /** All minima that were found, that of the least loss first. */
  readonly minima: readonly Fitted<Of>[];
  readonly backend: "webgpu" | "cpu";
  readonly reason: string;
  readonly elapsedMs: number;
}
