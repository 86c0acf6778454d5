import { evaluate } from "./compare/evaluate";
import type { Question } from "./compare/evaluate";

/** What is asked of this thread, and what it answers, by a number. */
export interface Asked {
  readonly id: number;
  readonly question: Question;
}

addEventListener("message", ({ data: { id, question } }: MessageEvent<Asked>) => {
  evaluate(question).then((answer) => postMessage({ id, answer }), (error: unknown) => postMessage({ id, error: error instanceof Error ? error.message : String(error) }));
});
