import { useState } from "preact/hooks";
import { addressOf } from "../state";
import type { State } from "../state";
import { codeOf } from "./code";
import type { Answer } from "./evaluate";

/** Hands a file to the visitor. */
function save(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}

export function csvOf({ x, p, q, terms }: Answer): string {
  return ["x,p,q,term", ...Array.from(x, (at, i) => [at, p[i], q[i], terms[i]].join())].join("\n");
}

export function jsonOf({ measured }: Answer, state: State): string {
  // JSON has no infinity
  const rows = measured.map(({ name, value, errorBound, unit }) => ({ measure: name, value: Number.isFinite(value) ? value : String(value), errorBound: Number.isFinite(errorBound) ? errorBound : null, unit }));
  return JSON.stringify({ view: addressOf(state), measures: rows }, null, 2);
}

/** Both figures, one above the other, in a picture that stands alone. */
function svgOf(): string {
  const pictures = [...document.querySelectorAll<SVGSVGElement>(".figures svg[role=img]")];
  const colours = getComputedStyle(document.documentElement);
  let top = 0;
  const parts = pictures.map((picture) => {
    const copy = picture.cloneNode(true) as SVGSVGElement;
    copy.setAttribute("y", String(top));
    top += Number(picture.getAttribute("height"));
    return new XMLSerializer().serializeToString(copy);
  });
  const text = parts.join("\n").replaceAll(/var\((--[a-z]+)\)/g, (_, name: string) => colours.getPropertyValue(name).trim());
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${pictures[0]?.getAttribute("width")}" height="${top}" color="${colours.color}" font-family="sans-serif" font-size="10">\n${text}\n</svg>`;
}

/** What a visitor takes along: the code of the view, its numbers, its figures. */
export function TakeAway({ state, answer }: { readonly state: State; readonly answer: Answer }) {
  const [copied, setCopied] = useState(false);
  const code = codeOf(state);
  const copy = () => navigator.clipboard.writeText(code).then(() => setCopied(true), () => setCopied(false));
  return (
    <section aria-label="Take along">
      <h2>The same in code</h2>
      <pre tabIndex={0}><code>{code}</code></pre>
      <div class="examples">
        <button type="button" onClick={() => void copy()}>{copied ? "copied" : "copy the code"}</button>
        <button type="button" onClick={() => save("kullback.csv", "text/csv", csvOf(answer))}>places as CSV</button>
        <button type="button" onClick={() => save("kullback.json", "application/json", jsonOf(answer, state))}>measures as JSON</button>
        <button type="button" onClick={() => save("kullback.svg", "image/svg+xml", svgOf())}>figures as SVG</button>
      </div>
    </section>
  );
}
