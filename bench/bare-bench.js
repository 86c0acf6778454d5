// Second part of what run.sh of the archive runs: the bench, with the options of options.js.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runInNode } from "./node.js";
import { optionsOf } from "./options.js";
import { fileNameOf, writeRecord } from "./record.js";

const { commit } = JSON.parse(readFileSync(join(dirname(fileURLToPath(import.meta.url)), "built.json"), "utf8"));
const { out, run } = optionsOf(process.argv.slice(2));
const ran = await runInNode(run);
const file = out ?? join(process.env.OUT || ".", fileNameOf("node", ran.adapter));
writeRecord(file, { engine: "node", commit, ran });
console.log(`\nwritten: ${file}`);
