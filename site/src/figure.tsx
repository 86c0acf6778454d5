import { useEffect, useRef, useState } from "preact/hooks";

interface FigureProps {
  readonly title: string;
  readonly caption?: string;
  /** Draws it, so many pixels wide. */
  readonly make: (width: number) => Element;
  /** Whatever it is drawn from: it is drawn anew when one of these changes. */
  readonly from: readonly unknown[];
}

const WIDEST = 900;

/** A plot with a title that a screen reader reads, as wide as its place. */
export function Figure({ title, caption, make, from }: FigureProps) {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  useEffect(() => {
    if (!place.current || width === 0) return;
    const plot = make(width);
    // groups of a picture have no role that a name could stand on
    for (const group of plot.querySelectorAll("g[aria-label]")) group.removeAttribute("aria-label");
    const picture = plot.matches("svg") ? plot : plot.querySelector(":scope > svg:last-of-type");
    picture?.setAttribute("role", "img");
    picture?.setAttribute("aria-label", title);
    place.current.replaceChildren(plot);
  }, [...from, title, width]);
  return (
    <figure aria-label={title}>
      <h2>{title}</h2>
      <div ref={place} />
      {caption && <figcaption>{caption}</figcaption>}
    </figure>
  );
}

/** Pixels that a place is wide; it is followed when the window changes. */
export function useWidth(place: { readonly current: HTMLElement | null | undefined }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!place.current) return;
    const watch = new ResizeObserver(([{ contentRect }]) => setWidth(Math.min(Math.floor(contentRect.width), WIDEST)));
    watch.observe(place.current);
    return () => watch.disconnect();
  }, []);
  return width;
}

/** Colours of the pages, by what they mean. */
export const COLOURS = { p: "var(--p)", q: "var(--q)", more: "var(--more)", less: "var(--less)", quiet: "var(--quiet)", text: "var(--text)" } as const;

/** What every plot has. */
export const plain = (width: number, height = 260) => ({ width, height, style: { background: "none", overflow: "visible" } });
