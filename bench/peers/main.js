// npm run bench:peers -- [--engine node,chromium,python] [--sizes 12,16] [--peers tfjs,numpy] [--out FILE]
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { listOf, sizesOf } from "../options.js";
import { commitOf, fileNameOf, writeRecord } from "../record.js";
import { summaryOf } from "../timing.js";
import { casesOf, judge, pairOf, truthsOf } from "./cases.js";
import { ENGINES } from "./engines.js";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");

/** Installs the packages of package-lock.json where they are missing or older than it; no package runs a script. */
function installPeers() {
  const [asked, installed] = [join(here, "package-lock.json"), join(here, "node_modules/.package-lock.json")];
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(asked).mtimeMs) return;
  console.log("installing the peers into bench/peers/node_modules (npm ci --ignore-scripts)");
  try {
    execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: here, stdio: ["ignore", "ignore", "inherit"] });
  } catch (error) {
    console.log(`the peers are not installed: ${error.message}`);
  }
}

/** A reason in one line, without where this checkout lies. */
const shortened = (reason) => reason.replaceAll(`${root}/`, "").replace(/\s+/g, " ").trim().slice(0, 200);

/** Opens the engines; one that does not open is named with its reason. */
async function openEngines(names, given) {
  const opened = [];
  for (const name of names) {
    try {
      opened.push({ name, ...await ENGINES[name](given) });
    } catch (error) {
      opened.push({ name, notRun: shortened(error.message) });
    }
  }
  return opened;
}

const isKullback = ({ peer, times }) => peer === "kullback" && times;

/** kullback's row that a row is held against: same side of the case, if may be the same engine and way. */
function referenceOf(row, rows) {
  const closeness = (one) => (one.engine === row.engine ? 4 : 0) + (one.way === row.way ? 2 : 0) + (one.on === "auto" ? 0 : 1);
  return rows.filter((one) => isKullback(one) && one.side === row.side).sort((a, b) => closeness(b) - closeness(a))[0];
}

/** A row for the record: summary instead of times, judgement instead of values. */
function finished(row, rows, item, truths) {
  const { engine, side, peer, on, way, values, times, notRun } = row;
  const head = { case: item.name, cells: item.cells, engine, side, peer, on, way };
  if (!times) return { ...head, notRun: shortened(notRun) };
  const numbers = values.map(Number);
  const summary = summaryOf(times);
  const reference = referenceOf(row, rows);
  return {
    ...head, ...summary,
    nsPerCell: (summary.medianMs * 1e6) / item.cells,
    timesKullback: reference && summary.medianMs / summaryOf(reference.times).medianMs,
    ...(numbers.length === 1 && { value: values[0] }),
    ...judge(numbers, truths),
  };
}

function print({ engine, peer, on, way, notRun, nsPerCell, minMs, medianMs, spreadPercent, timesKullback, error, answer }) {
  const name = `${engine.padEnd(10)}${[peer, on, way].filter(Boolean).join(", ").padEnd(44)}`;
  if (notRun) console.log(`${name} not run: ${notRun}`);
  else {
    const times = [minMs.toFixed(3), medianMs.toFixed(3), spreadPercent.toFixed(1), nsPerCell.toFixed(2), timesKullback?.toFixed(2) ?? ""];
    console.log(`${name}${times.map((text) => text.padStart(10)).join("")}  ${error === null ? "" : error.toExponential(1)} ${answer ?? ""}`);
  }
}

/** All engines on one case, one after the other. */
async function runCase(item, engines, folder) {
  console.log(`\n${item.name}\n${"".padEnd(54)}${["min ms", "median ms", "± %", "ns/cell", "× kullback"].map((text) => text.padStart(10)).join("")}  error`);
  const host = pairOf(item);
  const truths = truthsOf(item, host);
  for (const name of ["p", "q"]) writeFileSync(join(folder, name), host[name]);
  const rows = [];
  const done = [];
  for (const { name, run } of engines) {
    const own = (await run(item)).map((row) => ({ engine: name, ...row }));
    rows.push(...own);
    for (const row of own) {
      done.push(finished(row, rows, item, truths));
      print(done.at(-1));
    }
  }
  return done;
}

const { values } = parseArgs({ options: { engine: { type: "string" }, sizes: { type: "string" }, peers: { type: "string" }, out: { type: "string" } } });
const names = listOf(values.engine) ?? Object.keys(ENGINES);
const unknown = names.find((name) => !(name in ENGINES));
if (unknown) throw new RangeError(`bench:peers: --engine ${unknown} must be one of ${Object.keys(ENGINES).join(", ")}.`);
const cases = casesOf(sizesOf(values.sizes));
const narrowed = Boolean(values.engine ?? values.sizes ?? values.peers);
const commit = commitOf(root);
if (names.some((name) => name !== "python")) installPeers();
const folder = mkdtempSync(join(tmpdir(), "kullback-peers-"));
const engines = await openEngines(names, { folder, peers: listOf(values.peers) });
try {
  const rows = engines.filter(({ notRun }) => notRun).map(({ name, notRun }) => ({ engine: name, notRun }));
  for (const { engine, notRun } of rows) console.log(`${engine}: not run: ${notRun}`);
  const running = engines.filter(({ run }) => run);
  for (const item of cases) rows.push(...await runCase(item, running, folder));
  const adapter = running.find((engine) => engine.adapter)?.adapter ?? null;
  const file = values.out ?? join(root, "bench/results", fileNameOf(narrowed ? "peers-part" : "peers", adapter));
  const versions = Object.assign({}, ...running.map((engine) => engine.versions));
  writeRecord(file, { engine: "peers", commit, ran: { runtime: running.map(({ runtime }) => runtime).join("; "), adapter, versions, narrowed, rows } });
  console.log(`\nwritten: ${file}`);
  if (!narrowed && !values.out) execFileSync(process.execPath, [join(root, "docs/scripts/benchmarks.js")], { stdio: "inherit" });
} finally {
  for (const { close } of engines) await close?.();
  rmSync(folder, { recursive: true });
}
