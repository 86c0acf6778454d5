// Writes the tables of docs/benchmarks.md from the newest records in bench/results: node docs/scripts/benchmarks.js
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { peersTables } from "./peers.js";

const inRepository = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const PAGE = inRepository("docs/benchmarks.md");
const CELLS = new Set([2 ** 12, 2 ** 18, 2 ** 20, 2 ** 22, 2 ** 24]);

const all = readdirSync(inRepository("bench/results"))
  .filter((name) => name.endsWith(".json"))
  .map((name) => ({ name, ...JSON.parse(readFileSync(inRepository(`bench/results/${name}`), "utf8")) }))
  .sort((a, b) => a.date.localeCompare(b.date));

const records = all.filter(({ engine }) => engine !== "peers");

/** The last whole run of the peers on each machine and adapter. */
function newestOfPeers() {
  const whole = all.filter(({ engine, narrowed }) => engine === "peers" && !narrowed);
  return [...new Map(whole.map((record) => [`${record.cpu} ${record.adapter?.architecture ?? ""} ${record.versions.cuda ?? ""}`, record])).values()];
}

const ofPrecision = (isExact) => (row) => row.case && !row.notRun && row.case.endsWith(" exact") === isExact;
const ofTransfer = (kind) => (row) => row.transfer === kind;

/** The last record of each engine and adapter that holds such rows. */
function newest(isWanted) {
  const found = new Map();
  for (const record of records) {
    const rows = record.rows.filter(isWanted);
    if (rows.length > 0) found.set(`${record.engine} ${record.adapter?.architecture ?? ""}`, { ...record, rows });
  }
  return [...found.values()];
}

const superscript = (x) => [...String(x)].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("");
const number = (x) => (x === undefined ? "" : Math.abs(x) >= 100 ? x.toFixed(0) : Math.abs(x) >= 10 ? x.toFixed(1) : x.toFixed(2));

function table({ name, runtime, cpu, adapter, commit, date, rows }, titles, cellsOf) {
  const where = `${runtime}, ${cpu}${adapter ? `, ${[adapter.vendor, adapter.architecture].filter(Boolean).join(" ")}` : ""}`;
  const shown = rows.filter((row) => !row.case || CELLS.has(row.cells));
  const lines = shown.map((row) => `| ${[...(row.case ? [row.case] : []), row.way, ...cellsOf(row)].join(" | ")} |`);
  return [
    `${where}; commit ${commit.slice(0, 7)}, ${date.slice(0, 10)} (\`bench/results/${name}\`)`,
    "",
    `| ${rows[0].case ? "case | " : ""}way | ${titles.join(" | ")} |`,
    `|${rows[0].case ? "---|" : ""}---|${titles.map(() => "--:|").join("")}`,
    ...lines,
  ].join("\n");
}

const TABLES = {
  fast: newest(ofPrecision(false)).map((record) => table(
    { ...record, rows: record.rows.filter((row) => row.timesApart === undefined && (row.case.includes("klDivergence") || row.cells === 2 ** 20)) },
    ["ns a cell", "GB/s", "× plain read"],
    (row) => [number(row.nsPerCell), number(row.gbPerS), number(row.timesPlainRead)],
  )),
  compare: newest((row) => row.timesApart).map((record) => table(record, ["ns a cell", "× one by one"], (row) => [number(row.nsPerCell), number(row.timesApart)])),
  exact: newest(ofPrecision(true)).map((record) => table(record, ["ns a cell", "× fast"], (row) => [number(row.nsPerCell), number(row.timesFast)])),
  auto: newest((row) => ofPrecision(false)(row) && row.timesBetter).map((record) => table(
    record, ["ms", "× the better", "µs more"], (row) => [number(row.medianMs), number(row.timesBetter), number(row.microsecondsMore)],
  )),
  growth: newest((row) => row.growth !== undefined).map((record) => table(
    { ...record, rows: record.rows.map((row) => ({ ...row, way: row.growth })) }, ["cells", "ms", "ns a cell", "MB beside them"],
    (row) => [`2${superscript(Math.log2(row.cells))}`, number(row.medianMs), number(row.nsPerCell), row.bytesBeside === null ? "" : number(row.bytesBeside / 1e6)],
  )),
  volumes: newest((row) => row.volume).map((record) => table(
    { ...record, rows: record.rows.map((row) => ({ ...row, way: `${row.volume}, ${row.operation}, ${row.way}` })) }, ["ms", "ns a cell", "MB beside", "MB of the result"],
    (row) => [number(row.medianMs), number(row.nsPerCell), number(row.bytesBeside / 1e6), number(row.resultBytes / 1e6)],
  )),
  logits: newest((row) => row.logits && !row.notRun).map((record) => table(
    { ...record, rows: record.rows.map((row) => ({ ...row, way: `${row.logits}, ${row.way}` })) }, ["ms", "ns a logit", "mean off by"],
    (row) => [number(row.medianMs), number(row.nsPerCell), row.relativeError.toExponential(1)],
  )),
  pairs: newest((row) => row.pairs && row.relativeError !== undefined).map((record) => table(
    { ...record, rows: record.rows.map((row) => ({ ...row, way: `${row.pairs}, ${row.way}` })) }, ["ms", "ns a cell", "worst off by", "negative entries"],
    (row) => [number(row.medianMs), number(row.nsPerCell), row.relativeError.toExponential(1), row.negative],
  )),
  nearest: newest((row) => row.pairs && row.bytesBeside !== undefined).map((record) => table(
    { ...record, rows: record.rows.map((row) => ({ ...row, way: `${row.pairs}, ${row.way}` })) }, ["ms", "ns a cell", "MB beside"],
    (row) => [number(row.medianMs), number(row.nsPerCell), number(row.bytesBeside / 1e6)],
  )),
  fits: newest((row) => row.fit).map((record) => table(
    { ...record, rows: record.rows.map((row) => ({ ...row, way: `${row.fit}, ${row.way}` })) }, ["ms", "ns a cell", "× klDivergence"],
    (row) => [number(row.medianMs), number(row.nsPerCell), number(row.timesKl)],
  )),
  calibration: newest((row) => row.counting).map((record) => table(
    { ...record, rows: record.rows.map((row) => ({ ...row, way: `${row.counting}, ${row.way}` })) }, ["ms", "ns a sample"], (row) => [number(row.medianMs), number(row.nsPerCell)],
  )),
  processors: newest((row) => row.processes).map((record) => table(
    { ...record, rows: record.rows.map((row) => ({ ...row, way: `${row.processes}` })) }, ["cells", "ns a cell", "× one alone"],
    (row) => [`2${superscript(Math.log2(row.cells))}`, number(row.nsPerCell), number(row.timesAlone)],
  )),
  calls: newest(ofTransfer("call")).map((record) => table(record, ["ms", "least", "× round trip"], (row) => [row.medianMs.toFixed(3), row.minMs.toFixed(3), number(row.timesRoundTrip)])),
  uploads: newest(ofTransfer("upload")).map((record) => table(record, ["ms", "least", "GB/s"], (row) => [number(row.medianMs), number(row.minMs), number(row.gbPerS)])),
  peers: newestOfPeers().map(peersTables),
};

let page = readFileSync(PAGE, "utf8");
for (const [name, tables] of Object.entries(TABLES)) {
  const [start, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [before, rest] = page.split(start);
  page = `${before}${start}\n${tables.join("\n\n")}\n${end}${rest.split(end)[1]}`;
}
writeFileSync(PAGE, page);
