import { confidenceInterval, klDivergence } from "kullback";
import type { Interval } from "kullback";
import type { Tools } from "../jobs";

export interface Question {
  readonly p: readonly number[];
  readonly q: readonly number[];
  /** Base of the logarithm. */
  readonly base: number;
}

/** What counts say of the distributions they are samples of; `null` where that is infinite. */
export async function intervalOf({ p, q, base }: Question, { backend, signal }: Tools): Promise<Pick<Interval, "low" | "high" | "bias"> | null> {
  try {
    const { low, high, bias } = await confidenceInterval(klDivergence, p, q, { base, backend, signal });
    return { low, high, bias };
  } catch (error) {
    if (error instanceof Error && error.name === "DomainError") return null;
    throw error;
  }
}
