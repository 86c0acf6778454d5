import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
  expect(stdout).toContain("no Chromium found. To install one: npx puppeteer browsers install chrome, or apt-get");
  expect(stdout).toContain("no Firefox found. To install one: npx puppeteer browsers install firefox, or apt-get");
  expect(stdout).not.toMatch(/downloading|installing/);
  expect(stdout).toContain("engines: Chromium: NOT RUN, lacks the browser");
  expect(stdout).toContain("engines: Firefox: NOT RUN, lacks the browser");
});

it("npm test lists engines by name and version, with the Deno that npm installed", () => {
  const firefox = join(empty, "named-in-the-environment");
  writeFileSync(firefox, "#!/bin/sh\necho Mozilla Firefox 1.2.3\n", { mode: 0o755 });
  const { stdout } = testWith({ KULLBACK_NO_INSTALL: "1", REQUIRE_ENGINES: "all", KULLBACK_FIREFOX: firefox });
  expect(stdout).toContain(`engines: Node ${process.version} CPU`);
  expect(stdout).toContain("engines: Mozilla Firefox 1.2.3 (wgpu, without subgroups)");
  expect(stdout).toMatch(/engines: deno 2\.\d+\.\d+|engines: Deno: NOT RUN/);
});

it("npm test with REQUIRE_ENGINES=all fails where an engine is missing", () => {
  const { status, stdout } = testWith({ KULLBACK_NO_INSTALL: "1", REQUIRE_ENGINES: "all" });
  expect(status).toBe(1);
  expect(stdout).toContain("REQUIRE_ENGINES=all: an engine is missing");
});
