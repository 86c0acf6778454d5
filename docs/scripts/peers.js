import { casesOf } from "../../bench/peers/cases.js";

const TITLES = { node: "Node", chromium: "Chromium", python: "Python" };
const all = casesOf();
const of = (data, dtype) => all.filter((item) => item.data === data && item.dtype === dtype && item.shape.length === 1);
const ends = (items) => [items[0], items.at(-1)];

const power = (cells) => `2${[...String(Math.log2(cells))].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("")}`;
const sizeOf = ({ shape, cells, dtype }) => `${shape.length > 1 ? shape.join(" × ") : power(cells)}${dtype === "float64" ? ", f64" : ""}`;

const TIMES = all.filter(({ data }) => data === "random");
const ERRORS = [
  ["error", of("random", "float32").at(-1)],
  ["error", of("random", "float64").at(-1)],
  ...ends(of("near", "float32")).map((item) => ["p ≈ q", item]),
  ["zeros", of("zeros", "float32").at(-1)],
];

const number = (x) => (x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x.toFixed(2));
const timeOf = ({ nsPerCell, timesKullback }) => number(nsPerCell) + (timesKullback === undefined ? "" : ` (${number(timesKullback)})`);
const share = (error) => (error === 0 ? "0" : error < 0.01 ? error.toExponential(0) : number(error));
const errorOf = ({ error, answer }) => [answer, error === null ? "" : share(error)].filter(Boolean).join(" ");

/** One line a candidate, in the order of the record. */
function lines(rows) {
  const names = [...new Set(rows.filter(({ notRun }) => !notRun).map(({ peer, on, way }) => `${peer}, ${on}, ${way}`))];
  return names.map((name) => {
    const own = new Map(rows.filter(({ peer, on, way, notRun }) => !notRun && `${peer}, ${on}, ${way}` === name).map((row) => [row.case, row]));
    const cell = (item, text) => (own.has(item.name) ? text(own.get(item.name)) : "");
    return `| ${[name, ...TIMES.map((item) => cell(item, timeOf)), ...ERRORS.map(([, item]) => cell(item, errorOf))].join(" | ")} |`;
  });
}

/** What did not run, each reason once with the number of its cases. */
function notRun(rows) {
  const counts = new Map();
  for (const { peer, on, way, notRun: reason } of rows.filter((row) => row.notRun)) {
    const text = [[peer, on, way].filter(Boolean).join(", "), reason].filter(Boolean).join(": ");
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const lines = [...counts].map(([text, count]) => `- not run: ${text.replaceAll("|", "\\|")}${count > 1 ? ` (${count} cases)` : ""}`);
  return lines.length > 0 ? ["", ...lines] : [];
}

/** The tables of one run, an engine each, under what it was measured on. */
export function peersTables({ name, runtime, cpu, adapter, commit, date, versions, rows }) {
  const where = [cpu, adapter && [adapter.vendor, adapter.architecture].filter(Boolean).join(" "), versions.cuda].filter(Boolean);
  const listed = Object.entries(versions).filter(([peer, version]) => version && peer !== "cuda").map(([peer, version]) => `${peer} ${version}`);
  const head = ["", ...TIMES.map(sizeOf), ...ERRORS.map(([title, item]) => `${title} ${sizeOf(item)}`)];
  const tables = [...new Set(rows.map(({ engine }) => engine))].flatMap((engine) => {
    const own = rows.filter((row) => row.engine === engine);
    return ["", `### ${TITLES[engine]}`, "", `| ${head.join(" | ")} |`, `|---|${head.slice(1).map(() => "--:|").join("")}`, ...lines(own), ...notRun(own)];
  });
  return [
    `${runtime}; ${where.join(", ")}; commit ${commit.slice(0, 7)}, ${date.slice(0, 10)} (\`bench/results/${name}\`)`,
    "",
    `${listed.join(", ")}.`,
    ...tables,
  ].join("\n").trimEnd();
}
