import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeNpy, openGrid } from "../../src/io/index";

const cli = join(import.meta.dirname, "../../dist/cli.js");
let folder = "";
const at = (name: string) => join(folder, name);

function kullback(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...words], { encoding: "utf8", timeout: 60_000 });
  const errors = stderr.split("\n").filter((line) => line !== "");
  return { status, stdout, errors };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kullback-cli-"));
  const write = (name: string, ...values: number[]) => writeFileSync(at(name), encodeNpy({ data: Float64Array.from(values), dtype: "float64", shape: [values.length] }));
  write("p.npy", 0.5, 0.5);
  write("q.npy", 0.9, 0.1);
  write("zero.npy", 1, 0);
  write("negative.npy", 1, -1);
  write("three.npy", 1, 1, 1);
  write("labels.npy", 3, 7);
  write("ramp.npy", 1, 2, 3);
  write("halves.npy", 0, 0.5, 1);
  write("five.npy", 1, 1, 1, 1, 1);
  write("offsets.npy", 0, 2, 5);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("kullback", () => {
  it("compare prints one JSON object", () => {
    const { status, stdout } = kullback("compare", at("p.npy"), at("q.npy"), "--measure", "kl,js", "--base", "2", "--json", "--backend", "cpu");
    expect(status).toBe(0);
    const { results, backend, adapter, cells } = JSON.parse(stdout);
    expect(results.map(({ measure, unit, precision }: Record<string, string>) => [measure, unit, precision])).toEqual([["kl", "bit", "fast"], ["js", "bit", "fast"]]);
    expect(Math.abs(results[0].value - 0.7369655941662061)).toBeLessThanOrEqual(results[0].errorBound);
    expect([backend, adapter, cells]).toEqual(["cpu", null, 2]);
  });

  it("writes Infinity as a string in JSON", () => {
    const { stdout } = kullback("compare", at("p.npy"), at("zero.npy"), "--json", "--backend", "cpu");
    expect(JSON.parse(stdout).results[0].value).toBe("Infinity");
  });

  it("entropy and info answer", () => {
    expect(kullback("entropy", at("p.npy"), "--base", "2", "--backend", "cpu").stdout).toMatch(/entropy\s+1 /);
    expect(JSON.parse(kullback("info", "--json").stdout).backend).toMatch(/cpu|webgpu/);
    expect(kullback("--version").status).toBe(0);
  });

  it("pointwise writes a .npy that sums to the value", async () => {
    const { status } = kullback("pointwise", at("p.npy"), at("q.npy"), "-o", at("out.npy"), "--backend", "cpu");
    expect(status).toBe(0);
    const { data } = await openGrid(new Uint8Array(readFileSync(at("out.npy"))));
    expect((data as Float64Array).reduce((a, b) => a + b)).toBeCloseTo(0.5108256237659907, 14);
  });

  it("quadrature takes edges and coordinates, and tells the rule's error", () => {
    const first = (...words: string[]) => JSON.parse(kullback("compare", at("three.npy"), at("ramp.npy"), "--quadrature", "simpson", "--json", "--backend", "cpu", ...words).stdout).results[0];
    const even = first("--spacing", "0.5");
    // q of 1, 2, 3 in Simpson's 1, 4, 1 sixths
    expect(Math.abs(even.value - (Math.log(2) - (4 * Math.log(2) + Math.log(3)) / 6))).toBeLessThanOrEqual(even.errorBound);
    expect(even.discretizationError).toBeGreaterThan(0);
    expect(first("--spacing", at("halves.npy"))).toEqual(even);
    expect(kullback("compare", at("three.npy"), at("ramp.npy"), "--quadrature", "simpson", "--spacing", "0.5", "--backend", "cpu").stdout).toMatch(/^kl .* ± \S+ nat, and \S+ or so of the rule$/m);
    expect(kullback("compare", at("three.npy"), at("ramp.npy"), "--spacing", "half")).toMatchObject({ status: 2, errors: ['kullback: --spacing half: "half" is neither a number nor a .npy file.'] });
    expect(kullback("compare", at("three.npy"), at("ramp.npy"), "--spacing", "1", "--quadrature", "gauss").status).toBe(2);
  });

  it("mutual-information and marginal read a joint histogram", async () => {
    writeFileSync(at("joint.npy"), encodeNpy({ data: Uint32Array.of(1, 2, 3, 4), dtype: "uint32", shape: [2, 2] }));
    const resultOf = (...words: string[]) => JSON.parse(kullback("mutual-information", at("joint.npy"), "--json", "--backend", "cpu", ...words).stdout).results[0];
    const { measure, value, errorBound } = resultOf();
    expect(measure).toBe("mutual-information");
    const [h, hx, hy] = [[1, 2, 3, 4], [3, 7], [4, 6]].map((counts) => counts.reduce((sum, n) => sum - (n / 10) * Math.log(n / 10), 0));
    expect(Math.abs(value - (hx + hy - h))).toBeLessThanOrEqual(errorBound + 1e-15);
    expect(resultOf("--kind", "conditional-entropy", "--axis", "1").value).toBeCloseTo(h - hy, 14);
    expect(resultOf("--kind", "total-correlation", "--precision", "exact").value).toBeCloseTo(value, 14);
    expect(resultOf("--kind", "normalized").unit).toBe("1");
    expect(kullback("marginal", at("joint.npy"), "--axis", "1", "-o", at("marginal.npy"), "--backend", "cpu").status).toBe(0);
    expect((await openGrid(new Uint8Array(readFileSync(at("marginal.npy"))))).data).toEqual(Float64Array.of(4, 6));
  });

  it("pairwise prints a matrix, the nearest rows, or writes it", async () => {
    writeFileSync(at("rows.npy"), encodeNpy({ data: Float64Array.of(1, 0, 0, 0, 1, 0, 2, 2, 0), dtype: "float64", shape: [3, 3] }));
    const root = Math.sqrt(Math.log(2)).toString().slice(0, 12);
    const { stdout } = kullback("pairwise", at("rows.npy"), "--measure", "js-distance", "--backend", "cpu");
    expect(stdout.split("\n")[0]).toMatch(new RegExp(`^0\t${root}\\d*\t0\\.4645014040\\d*$`));
    const { shape, values, unit } = JSON.parse(kullback("pairwise", at("rows.npy"), "--condensed", "--base", "2", "--json", "--backend", "cpu").stdout);
    expect([shape, unit, values[0]]).toEqual([[3], "bit", 1]);
    expect(kullback("pairwise", at("rows.npy"), "--top", "1", "--backend", "cpu").stdout).toMatch(/^row 0 to 2 +0\.2157\d+ ± \S+ nat\nrow 1 to 2 /);
    expect(kullback("pairwise", at("rows.npy"), "--against", at("rows.npy"), "--measure", "kl", "--json", "--backend", "cpu").stdout).toContain('"Infinity"');
    expect(kullback("pairwise", at("rows.npy"), "-o", at("matrix.npy"), "--backend", "cpu").status).toBe(0);
    expect((await openGrid(new Uint8Array(readFileSync(at("matrix.npy"))))).shape).toEqual([3, 3]);
    expect(kullback("pairwise", at("p.npy"))).toMatchObject({ status: 2, errors: [expect.stringContaining("pairwise: rows has 1 axis")] });
    expect(kullback("pairwise", at("rows.npy"), "--condensed", "--measure", "kl").status).toBe(2);
  });

  it("histogram counts samples, on one axis and on two", async () => {
    const words = ["histogram", at("ramp.npy"), "--bins", "2", "--range", "0:3", "--backend", "cpu"];
    expect(JSON.parse(kullback(...words, "--json").stdout)).toEqual({ edges: [0, 1.5, 3], counts: [1, 2], nan: 0, below: 0, above: 0 });
    expect(kullback(...words, "--csv").stdout).toBe("from,to,count\n0,1.5,1\n1.5,3,2\n");
    expect(kullback(...words).stdout).toMatch(/1\.5 to 3 +2\noutside: 0 below, 0 above, 0 NaN/);
    expect(kullback("histogram", at("ramp.npy"), "--edges", at("halves.npy"), "-o", at("counts.npy"), "--backend", "cpu").stdout).toMatch(/2 above/);
    expect(Array.from((await openGrid(at("counts.npy"))).data as Uint32Array)).toEqual([0, 1]);
    const joint = JSON.parse(kullback("histogram", at("ramp.npy"), at("halves.npy"), "--bins", "2,3", "--range", "0:4,0:1", "--json", "--backend", "cpu").stdout);
    expect([joint.shape, joint.counts]).toEqual([[2, 3], [1, 0, 0, 0, 1, 1]]);
    expect(kullback("histogram", at("ramp.npy"), "--bins", "some", "--backend", "cpu")).toMatchObject({ status: 2, errors: [expect.stringContaining('bins "some"')] });
    expect(kullback("histogram", at("ramp.npy"), "--range", "1", "--backend", "cpu")).toMatchObject({ status: 2, errors: [expect.stringContaining("FIRST:LAST")] });
  });

  it("calibrate prints a line for each tensor of a folder", () => {
    mkdirSync(at("layers"));
    for (const [i, name] of ["a.npy", "b.npy"].entries()) {
      const data = Float32Array.from({ length: 5000 }, (_, k) => (1 + i) * Math.sin(k) ** 3);
      writeFileSync(join(at("layers"), name), encodeNpy({ data, dtype: "float32", shape: [5000] }));
    }
    const words = ["calibrate", at("layers"), "--method", "nvidia", "--backend", "cpu"];
    const { tensors } = JSON.parse(kullback(...words, "--json").stdout);
    expect(tensors.map(({ file, zeroPoint }: { file: string; zeroPoint: number }) => [file.slice(-5), zeroPoint])).toEqual([["a.npy", 0], ["b.npy", 0]]);
    expect(tensors[1].threshold).toBeCloseTo(2 * tensors[0].threshold, 6);
    expect(tensors[0].scale).toBe(tensors[0].threshold / 127);
    expect(kullback(...words, "--csv").stdout.split("\n")[0]).toBe("file,threshold,scale,zeroPoint,divergence,clipped");
    expect(kullback(...words).stdout).toMatch(/^tensor .*\na\.npy .*%\n/);
    writeFileSync(at("bins.npy"), encodeNpy({ data: Uint32Array.from({ length: 2048 }, (_, k) => Math.round(1e5 * Math.exp(-k / 200))), dtype: "uint32", shape: [2048] }));
    expect(JSON.parse(kullback("calibrate", at("bins.npy"), "--counts", "0:8", "--target", "uint8", "--json", "--backend", "cpu").stdout).tensors[0].scale).toBeGreaterThan(0);
    expect(kullback("calibrate", at("bins.npy"), "--counts", "1:8", "--backend", "cpu")).toMatchObject({ status: 2, errors: [expect.stringMatching(/bins\.npy: calibrate: range/)] });
  });

  it("fit prints parameters as JSON and writes the density", async () => {
    const x = Array.from({ length: 321 }, (_, i) => -8 + i / 20);
    const bump = (mean: number, at: number) => Math.exp(-0.5 * (at - mean) ** 2);
    writeFileSync(at("bumps.npy"), encodeNpy({ data: Float64Array.from(x, (value) => bump(-4, value) + bump(4, value)), dtype: "float64", shape: [321] }));
    const words = ["fit", at("bumps.npy"), "--axes=-8:8", "--backend", "cpu"];
    const forward = JSON.parse(kullback(...words, "--family", "normal", "-o", at("fitted.npy")).stdout);
    expect(forward.parameters.mean).toBeCloseTo(0, 6);
    expect(forward).toMatchObject({ family: "normal", direction: "forward", unit: "nat", converged: true, backend: "cpu" });
    const { data } = await openGrid(at("fitted.npy"));
    const { sd } = forward.parameters;
    expect(Number(data[160])).toBeCloseTo(1 / (sd * Math.sqrt(2 * Math.PI)), 12);
    const reverse = JSON.parse(kullback(...words, "--direction", "reverse").stdout);
    expect(reverse.minima.slice(0, 2).map(({ parameters }: { parameters: { mean: number } }) => parameters.mean.toFixed(2)).toSorted()).toEqual(["-4.00", "4.00"]);
    const mixture = JSON.parse(kullback(...words, "--family", "mixture:2", "--starts", "1").stdout);
    expect(mixture.parameters.weights[0]).toBeCloseTo(0.5, 5);
    expect(mixture.parameters.components[0]).toMatchObject({ family: "normal" });
    expect(mixture.divergence).toBeLessThan(1e-6);
    for (const [flag, value, message] of [["--family", "gamma", /unknown family "gamma"/], ["--family", "mixture:0", /from 1 to 16/], ["--direction", "tv", /--direction tv: known are forward, reverse, kl/], ["--axes", "1:0", /neither FIRST:LAST/]] as const) {
      const { status, errors } = kullback("fit", at("bumps.npy"), flag, value, "--backend", "cpu");
      expect(status).toBe(2);
      expect(errors).toHaveLength(1);
      expect(errors[0]).toMatch(message);
    }
  });

  it("logits reads two files block by block", () => {
    const write = (name: string, data: Float32Array<ArrayBuffer>, rows: number) => writeFileSync(at(name), encodeNpy({ data, dtype: "float32", shape: [rows, data.length / rows] }));
    write("a.npy", Float32Array.of(1, 2, 3, 5, 5, 5, 0, 0, 1), 3);
    write("b.npy", Float32Array.of(1, 2, 3, 6, 5, 5, 1, 0, 0), 3);
    const { rows, mean, values, top1Agreement, largest } = JSON.parse(kullback("logits", at("a.npy"), at("b.npy"), "--json", "--backend", "cpu").stdout);
    const logSoftmax = (row: number[]) => { const total = Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0)); return row.map((x) => x - total); };
    const klOf = (a: number[], b: number[]) => { const [p, q] = [logSoftmax(a), logSoftmax(b)]; return p.reduce((sum, x, i) => sum + Math.exp(x) * (x - q[i]), 0); };
    const expected = [0, klOf([5, 5, 5], [6, 5, 5]), klOf([0, 0, 1], [1, 0, 0])];
    expect(rows).toBe(3);
    values.forEach((value: number, i: number) => expect(value).toBeCloseTo(expected[i], 10));
    expect(mean).toBeCloseTo((expected[1] + expected[2]) / 3, 10);
    expect([top1Agreement, largest.row]).toEqual([2 / 3, 2]);
    expect(kullback("logits", at("a.npy"), at("b.npy"), "--temperature", "2", "--base", "2", "--measure", "js", "--backend", "cpu").stdout).toMatch(/mean js +0\.\d+ ± \S+ bit, the standard error of 3 rows\n1 % /);
    write("short.npy", Float32Array.of(1, 2, 3), 1);
    expect(kullback("logits", at("a.npy"), at("short.npy")).status).toBe(2);
    expect(kullback("logits", at("p.npy"), at("q.npy"))).toMatchObject({ status: 2, errors: [expect.stringContaining("has no rows")] });
  });

  it("mask and weights say which cells count, and how often", () => {
    const valueOf = (...words: string[]) => JSON.parse(kullback("compare", at("three.npy"), at("ramp.npy"), "--json", "--backend", "cpu", ...words).stdout).results[0].value;
    writeFileSync(at("mask.npy"), encodeNpy({ data: Uint8Array.of(1, 0, 1), dtype: "uint8", shape: [3] }));
    writeFileSync(at("weights.npy"), encodeNpy({ data: Uint8Array.of(2, 1, 0), dtype: "uint8", shape: [3] }));
    // p of halves against 1/4 and 3/4, and of 2/3 and 1/3 against 1/2 and 1/2
    expect(valueOf("--mask", at("mask.npy"))).toBeCloseTo(Math.log(2) - Math.log(3) / 2, 15);
    expect(valueOf("--weights", at("weights.npy"))).toBeCloseTo((2 / 3) * Math.log(4 / 3) + (1 / 3) * Math.log(2 / 3), 15);
  });

  it("offsets cuts rows of lengths of their own", () => {
    const { stdout } = kullback("compare", at("five.npy"), at("five.npy"), "--offsets", at("offsets.npy"), "--backend", "cpu", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ results: [{ value: [0, 0] }], cells: 5 });
    expect(kullback("entropy", at("five.npy"), "--offsets", at("offsets.npy"), "--base", "2", "--backend", "cpu").stdout).toMatch(/^entropy\[0\] +1 ± .*\nentropy\[1\] +1\.58\d+ /);
  });

  it("generalized-js takes any number of files", () => {
    const { stdout } = kullback("generalized-js", at("p.npy"), at("zero.npy"), at("q.npy"), "--base", "2", "--backend", "cpu", "--json");
    const { results: [{ value, unit }], cells } = JSON.parse(stdout);
    const entropy = (...p: number[]) => p.reduce((sum, x) => (x > 0 ? sum - x * Math.log2(x) : sum), 0);
    expect(value).toBeCloseTo(entropy(0.8, 0.2) - (1 + entropy(0.9, 0.1)) / 3, 14);
    expect([unit, cells]).toEqual(["bit", 2]);
    expect(kullback("generalized-js", at("p.npy"), at("q.npy"), "--priors", "3,1", "--backend", "cpu").stdout).toMatch(/^generalized-js +0\.0\d+ ± /);
    expect(kullback("generalized-js", at("p.npy"), "--backend", "cpu").errors.join()).toMatch(/two or more/);
  });

  it("pointwise prints the largest", () => {
    const { stdout } = kullback("pointwise", at("p.npy"), at("q.npy"), "--top", "1", "--backend", "cpu", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ measure: "kl", indices: [1], positions: [[1]] });
    expect(JSON.parse(stdout).contributions[0]).toBeCloseTo(0.5 * Math.log(5), 14);
    expect(kullback("pointwise", at("p.npy"), at("q.npy"), "--top", "2", "--backend", "cpu").stdout).toMatch(/^cell 1 +0\.80\d+\ncell 0 +-0\.29/);
  });

  it("gradient writes a .npy", async () => {
    expect(kullback("gradient", at("p.npy"), at("q.npy"), "--with", "log q", "-o", at("gradient.npy"), "--backend", "cpu").status).toBe(0);
    const { data } = await openGrid(new Uint8Array(readFileSync(at("gradient.npy"))));
    expect([...(data as Float64Array)]).toEqual([0.4, -0.4]);
  });

  it("slices, blocks and labels add up to the value", () => {
    for (const words of [["slices", "--axis", "0"], ["blocks", "--size", "1"], ["labels", "--labels", at("labels.npy")]]) {
      const [command, ...flags] = words;
      const { status, stdout } = kullback(command, at("p.npy"), at("q.npy"), ...flags, "--json", "--backend", "cpu");
      expect(status).toBe(0);
      const { contributions, unit } = JSON.parse(stdout);
      expect(contributions.reduce((a: number, b: number) => a + b)).toBeCloseTo(0.5108256237659907, 14);
      expect([contributions.length, unit]).toEqual([2, "nat"]);
    }
    expect(kullback("slices", at("p.npy"), at("q.npy"), "--axis", "0", "--backend", "cpu").stdout).toMatch(/^slice 0 +-0\.29/);
  });

  it("zeros says what a policy touched", () => {
    const { stdout } = kullback("compare", at("p.npy"), at("zero.npy"), "--zeros", "epsilon:0.5", "--backend", "cpu", "--json");
    const { results, zeros } = JSON.parse(stdout);
    // 1, ½ over 1.5
    expect(results[0].value).toBeCloseTo(0.5 * Math.log(0.75) + 0.5 * Math.log(1.5), 14);
    expect(zeros).toEqual({ policy: "epsilon", cells: 1, mass: 0.5 });
    expect(kullback("compare", at("p.npy"), at("zero.npy"), "--zeros", "epsilon", "--backend", "cpu").errors.join()).toMatch(/takes a value/);
  });

  it("families take an order", () => {
    const { stdout } = kullback("compare", at("p.npy"), at("q.npy"), "--measure", "renyi:0.5,renyi:inf,tsallis:2,alpha:-1,bhattacharyya", "--backend", "cpu");
    expect(stdout.split("\n").slice(0, 5).map((line) => line.split(" ")[0])).toEqual(["renyi:0.5", "renyi:inf", "tsallis:2", "alpha:-1", "bhattacharyya"]);
    expect(kullback("entropy", at("p.npy"), "--kind", "renyi:2", "--base", "2", "--backend", "cpu").stdout).toMatch(/entropy +1 ±/);
  });

  it.each([
    [["compare", "missing.npy", "missing.npy"], /missing\.npy: no such file/],
    [["compare", "P", "three.npy"], /klDivergence: q has 3 elements|shape \[3\]/],
    [["compare", "P", "negative.npy"], /q has 1 entry.*negative.*index 1/],
    [["compare", "P", "Q", "--bogus"], /unknown option '--bogus'/],
    [["compare", "P", "Q", "--base", "1"], /base 1/],
    [["compare", "P", "Q", "--measure", "emd"], /unknown measure "emd"/],
    [["compare", "P"], /missing required argument/],
    [["pointwise", "P", "Q", "-o", "nowhere/out.npy"], /nowhere\/out\.npy: cannot be written/],
    [["pointwise", "P", "Q"], /either --output FILE or --top NUMBER/],
    [["gradient", "P", "Q", "-o", "out.npy"], /--with/],
    [["entropy", "P", "--axis", "3"], /axis 3/],
  ])("%j fails with one line and exit code 2", (words, message) => {
    const files = words.map((word) => (word === "P" ? at("p.npy") : word === "Q" ? at("q.npy") : /\.npy$/.test(word) ? at(word) : word));
    const { status, errors, stdout } = kullback(...files);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(message);
    expect([status, stdout]).toEqual([2, ""]);
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });
});
