import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

const empty = mkdtempSync(join(tmpdir(), "kullback-engines-"));
afterAll(() => rmSync(empty, { recursive: true }));

/** `npm test` on a machine with nothing on its PATH: no browser, and nothing that could fetch one. */
function testWith(variables: Record<string, string>) {
  const script = join(import.meta.dirname, "../../scripts/test.js");
  const { status, stdout } = spawnSync(process.execPath, [script], { cwd: empty, encoding: "utf8", timeout: 60_000, env: { PATH: empty, HOME: empty, ...variables } });
  return { status, stdout };
}

it("npm test with KULLBACK_NO_INSTALL=1 names the command and installs nothing", () => {
  const { stdout } = testWith({ KULLBACK_NO_INSTALL: "1" });
  expect(stdout).toContain("no Chromium found. To install one: npx puppeteer browsers install chrome");
  expect(stdout).not.toContain("downloading");
  expect(stdout).toContain("engines: Chromium: NOT RUN");
});

it("npm test with REQUIRE_ENGINES=all fails where an engine is missing", () => {
  const { status, stdout } = testWith({ KULLBACK_NO_INSTALL: "1", REQUIRE_ENGINES: "all" });
  expect(status).toBe(1);
  expect(stdout).toContain("REQUIRE_ENGINES=all: an engine is missing");
});
