import type { ComponentChildren } from "preact";
import type { WordId } from "./words/words";

/** A word of the field, linked to its definition. */
export function Word({ of, children }: { readonly of: WordId; readonly children: ComponentChildren }) {
  return <a class="word" href={`#words?at=${of}`}>{children}</a>;
}
