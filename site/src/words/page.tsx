import { useEffect } from "preact/hooks";
import type { Page, PageProps } from "../pages";
import { WORDS } from "./words";
import type { Definition } from "./words";

interface State {
  /** The word that was asked for. */
  readonly at: string;
}

/** What the field's words mean. */
function Words({ state: { at } }: PageProps<State>) {
  useEffect(() => document.getElementById(`word-${at}`)?.scrollIntoView({ block: "center" }), [at]);
  return (
    <section aria-label="Definitions">
      <h2>What the words mean</h2>
      <dl class="words">
        {Object.entries<Definition>(WORDS).map(([id, { name, formula, means, source }]) => (
          <div key={id} id={`word-${id}`} class={id === at ? "word-chosen" : ""}>
            <dt>{name}{formula && <span class="formula"> {formula}</span>}</dt>
            <dd>{means} {source && <cite>{source}</cite>}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

export const page: Page<State> = { View: Words, read: (query) => ({ at: query.get("at") ?? "" }), write: ({ at }): Readonly<Record<string, string>> => (at === "" ? {} : { at }) };
