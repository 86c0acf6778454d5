import { useRef, useState } from "preact/hooks";
import { ask } from "../ask";
import type { Where } from "../jobs";
import type { Answer, Chosen, Loaded, Meaning } from "./load";
import type { Side } from "./sides";

type Name = "p" | "q";

interface Report {
  readonly loaded: { readonly p?: Loaded; readonly q?: Loaded };
  readonly error: string;
  /** The sides as they were when that went wrong. */
  readonly failedAt: readonly Side[];
  readonly isBusy: boolean;
}

const NOTHING: Report = { loaded: {}, error: "", failedAt: [], isBusy: false };

const NAMES = ["p", "q"] as const;

/** Files that visitors chose for the sides, read anew together as one of them changes: samples of both share their bins. A side that is another by now is no file any more. */
export function useFiles(where: Where, sides: Readonly<Record<Name, Side>>, found: (sides: { readonly p?: Side; readonly q?: Side }, changed: Name) => void) {
  const chosen = useRef<{ p?: Chosen; q?: Chosen }>({});
  const given = useRef<{ p?: Side; q?: Side }>({});
  const controller = useRef<AbortController>();
  const [report, setReport] = useState<Report>(NOTHING);
  const isFile = (name: Name) => given.current[name] === sides[name];
  const take = (name: Name, one: Chosen, meaning?: Meaning) => {
    const others = NAMES.filter((other) => other !== name && isFile(other)).map((other) => [other, chosen.current[other]]);
    const question = { ...Object.fromEntries(others), [name]: one };
    controller.current?.abort();
    const { signal } = (controller.current = new AbortController());
    setReport({ ...report, error: "", isBusy: true });
    ask("load", { ...question, meaning }, { where, signal }).then(
      (answer: Answer) => {
        chosen.current = question;
        given.current = { p: answer.p?.side, q: answer.q?.side };
        setReport({ ...NOTHING, loaded: answer });
        found({ ...(answer.p && { p: answer.p.side }), ...(answer.q && { q: answer.q.side }) }, name);
      },
      (error: Error) => { if (!signal.aborted) setReport({ ...report, error: error.message, failedAt: [sides.p, sides.q], isBusy: false }); },
    );
  };
  return {
    error: report.failedAt[0] === sides.p && report.failedAt[1] === sides.q ? report.error : "",
    isBusy: report.isBusy,
    /** What the file of a side was taken for. */
    loaded: (name: Name) => (isFile(name) ? report.loaded[name] : undefined),
    take,
    /** Asks once more for a file that was chosen, read otherwise. */
    again: (name: Name, { column, meaning }: { readonly column: number; readonly meaning?: Meaning }) => {
      const before = chosen.current[name];
      if (before) take(name, { ...before, column }, meaning);
    },
    cancel: () => controller.current?.abort(),
  };
}

const MEANINGS: Readonly<Record<Meaning, string>> = { samples: "samples, counted in bins", counts: "counts or probabilities of outcomes" };

/** What a file was taken for, which the visitor may correct. */
export function FileReport({ name, loaded, again }: { readonly name: Name; readonly loaded: Loaded; readonly again: (change: { readonly column: number; readonly meaning?: Meaning }) => void }) {
  const { columns, column, meaning, leftOut } = loaded;
  return (
    <p class="loaded">
      <strong>{name.toUpperCase()}</strong> is {loaded.name}
      {columns.length > 1 && <label>, column <select value={column} aria-label={`column of ${name.toUpperCase()}`} onChange={({ currentTarget: { value } }) => again({ column: Number(value) })}>{columns.map((one, i) => <option key={i} value={i}>{one}</option>)}</select></label>}
      <label>, taken for <select value={meaning} aria-label={`meaning of ${name.toUpperCase()}`} onChange={({ currentTarget: { value } }) => again({ column, meaning: value as Meaning })}>{Object.entries(MEANINGS).map(([key, text]) => <option key={key} value={key}>{text}</option>)}</select></label>
      {leftOut > 0 && <span>; {leftOut} that are no finite numbers are left out</span>}
    </p>
  );
}
