import type { ComponentType } from "preact";
import type { Settings } from "./settings";

export interface PageProps<State> {
  readonly state: State;
  readonly change: (next: State) => void;
  readonly settings: Settings;
}

/** A page: what it shows, and how its state stands in the address. */
export interface Page<State> {
  readonly View: ComponentType<PageProps<State>>;
  /** What an address says; where it says nothing that can be, what the page starts with. */
  readonly read: (query: URLSearchParams) => State;
  readonly write: (state: State) => Readonly<Record<string, string>>;
}

/** A page whose state only it knows. */
export type AnyPage = Page<unknown>;

const hidden = <State>(page: Page<State>): AnyPage => page as unknown as AnyPage;

/** All pages, in the order of the menu; the first is shown where an address names none. */
export const pages = [
  { id: "compare", title: "Compare", load: async () => hidden((await import("./compare/page")).page) },
  { id: "volumes", title: "3-D", load: async () => hidden((await import("./volumes/page")).page) },
  { id: "fit", title: "Fit", load: async () => hidden((await import("./fit/page")).page) },
  { id: "calibrate", title: "Calibrate", load: async () => hidden((await import("./calibrate/page")).page) },
  { id: "precision", title: "Precision", load: async () => hidden((await import("./precision/page")).page) },
  { id: "speed", title: "Speed", load: async () => hidden((await import("./speed/page")).page) },
  { id: "words", title: "Words", load: async () => hidden((await import("./words/page")).page) },
] as const satisfies readonly { readonly id: string; readonly title: string; readonly load: () => Promise<AnyPage> }[];

/** The page that an address names. */
export function pageOf(address: string): (typeof pages)[number] {
  const id = /^#([\w-]*)/.exec(address)?.[1];
  return pages.find((page) => page.id === id) ?? pages[0];
}

/** What an address says behind the page's name. */
export const queryOf = (address: string) => new URLSearchParams(address.includes("?") ? address.slice(address.indexOf("?") + 1) : "");

/** What needs no escape behind a question mark: lists of numbers may be long, and are readable so. */
const PLAIN = /^[\w.,:-]*$/;

export function addressOf(id: string, query: Readonly<Record<string, string>>): string {
  const text = Object.entries(query).map(([key, value]) => `${key}=${PLAIN.test(value) ? value : encodeURIComponent(value)}`).join("&");
  return text === "" ? `#${id}` : `#${id}?${text}`;
}
