import { useState } from "preact/hooks";

/** A file that a page can hand to the visitor. */
export interface Taken {
  /** What the button says. */
  readonly label: string;
  readonly name: string;
  readonly text: () => string;
}

const TYPES = { csv: "text/csv", json: "application/json", svg: "image/svg+xml" } as const;

function save(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}

/** All figures of the page, one below the other, in a picture that stands alone. */
function figuresAsSvg(): string {
  const pictures = [...document.querySelectorAll<SVGSVGElement>("figure svg[role=img]")];
  const style = getComputedStyle(document.documentElement);
  let top = 0;
  const parts = pictures.map((picture) => {
    const copy = picture.cloneNode(true) as SVGSVGElement;
    copy.setAttribute("y", String(top));
    top += Number(picture.getAttribute("height"));
    return new XMLSerializer().serializeToString(copy);
  });
  const text = parts.join("\n").replaceAll(/var\((--[a-z]+)\)/g, (_, name: string) => style.getPropertyValue(name).trim());
  const width = Math.max(...pictures.map((picture) => Number(picture.getAttribute("width"))));
  const ink = style.getPropertyValue("--text").trim();
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${top}" color="${ink}" fill="${ink}" font-family="sans-serif" font-size="10">\n<rect width="100%" height="100%" fill="${style.getPropertyValue("--page").trim()}"/>\n${text}\n</svg>`;
}

/** Pixels of a PNG for each of the page's. */
const SCALE = 2;

async function figuresAsPng(): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(figuresAsSvg())}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: SCALE * image.width, height: SCALE * image.height });
  const context = canvas.getContext("2d");
  context?.scale(SCALE, SCALE);
  context?.drawImage(image, 0, 0);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture")))));
}

interface TakeAwayProps {
  /** The few lines that say what the page shows first. */
  readonly code: string;
  readonly files: readonly Taken[];
  /** Does the page have plots to take? Default true. */
  readonly hasFigures?: boolean;
}

/** What a visitor takes along: the code of the view, its numbers, its figures, its address. */
export function TakeAway({ code, files, hasFigures = true }: TakeAwayProps) {
  const [said, setSaid] = useState("");
  const copy = (text: string, what: string) => navigator.clipboard.writeText(text).then(() => setSaid(`${what} is on the clipboard`), () => setSaid("the browser allows no clipboard here"));
  return (
    <section aria-label="Take along">
      <h2>The same in code</h2>
      <pre tabIndex={0}><code>{code}</code></pre>
      <div class="examples">
        <button type="button" onClick={() => void copy(code, "the code")}>copy the code</button>
        <button type="button" onClick={() => void copy(location.href, "the link")}>copy a link to this view</button>
        {files.map(({ label, name, text }) => <button type="button" key={name} onClick={() => save(name, new Blob([text()], { type: TYPES[name.split(".")[1] as keyof typeof TYPES] }))}>{label}</button>)}
        {hasFigures && <button type="button" onClick={() => save("kullback.svg", new Blob([figuresAsSvg()], { type: TYPES.svg }))}>figures as SVG</button>}
        {hasFigures && <button type="button" onClick={() => void figuresAsPng().then((blob) => save("kullback.png", blob))}>figures as PNG</button>}
      </div>
      <p role="status" class="ran">{said}</p>
    </section>
  );
}

/** Rows of CSV. */
export const csvOf = (head: readonly string[], rows: Iterable<readonly (number | string)[]>): string => [head.join(), ...Array.from(rows, (row) => row.join())].join("\n");

/** JSON in which infinities are strings. */
export const jsonOf = (value: unknown): string => JSON.stringify(value, (_, item: unknown) => (typeof item === "number" && !Number.isFinite(item) ? String(item) : ArrayBuffer.isView(item) ? Array.from(item as unknown as ArrayLike<number>) : item), 2);
