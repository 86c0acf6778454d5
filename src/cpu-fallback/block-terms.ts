import type { Term } from "../backend";
import { klDiv, lnRatio } from "../terms/log";
import type { Block } from "./cells";

/** Evaluates a term over a block. */
export type BlockTerm = (block: Block, count: number) => void;

/*
 * Terms whose loop is written out, by measure id. A loop that calls its term through a variable pays three times as much:
 * engines inline a call only where it always goes to the same function. Each is tested against its twin `cpu`.
 */
const blockTerms: Readonly<Record<string, BlockTerm>> = {
  kl: klBlock,
  "generalized-kl": klBlock,
  js: jensenShannonBlock,
  "js-distance": jensenShannonBlock,
  entropy: entropyBlock,
  "cross-entropy": crossEntropyBlock,
  totals() {},
};

/** The loop for a term: its own, else one that calls the twin cell by cell. */
export function blockTermOf({ id, cpu }: Term): BlockTerm {
  return blockTerms[id] ?? (({ p, q, d, term }, count) => {
    for (let i = 0; i < count; i++) term[i] = cpu(p[i], q[i], d[i]);
  });
}

function klBlock({ p, q, d, term }: Block, count: number): void {
  for (let i = 0; i < count; i++) term[i] = klDiv(p[i], q[i], d[i]);
}

function jensenShannonBlock({ p, q, d, term }: Block, count: number): void {
  for (let i = 0; i < count; i++) {
    const mean = 0.5 * (p[i] + q[i]);
    const half = 0.5 * d[i];
    term[i] = 0.5 * (klDiv(p[i], mean, half) + klDiv(q[i], mean, -half));
  }
}

function entropyBlock({ p, term }: Block, count: number): void {
  for (let i = 0; i < count; i++) term[i] = -(p[i] * lnRatio(p[i], 1));
}

function crossEntropyBlock({ p, q, term }: Block, count: number): void {
  for (let i = 0; i < count; i++) term[i] = -(p[i] * lnRatio(q[i], 1));
}
