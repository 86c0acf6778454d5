// npm run test:mutants [-- TEXT]: changes to the source that the tests must notice, each in a copy of its own; fails where one is
// not. TEXT: those alone whose description holds it.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findBrowser, softwareVulkan } from "./engines.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const CONFORMANCE = { CPU: "test/conformance.cpu.test.ts", GPU: "test/conformance.webgpu.test.ts" };

/** What is changed, and the tests that must fail then: those of a file whose names match. */
const MUTANTS = [
  { what: "the CPU's term is p ln(p/q) - d everywhere", file: "src/terms/log.ts", from: "  return d * t * (1 + (t + z) * atanhTail(z));", to: "  return p * lnRatio(p, q) - d;", tests: "test/conformance.plain.test.ts", only: "near-1e" },
  {
    what: "SIMD's term of doubles divides before it subtracts", file: "src/cpu-fallback/simd/doubles.as.ts", from: "    difference = f64x2.sub(x, m);",
    to: "    difference = f64x2.mul(m, f64x2.sub(f64x2.div(x, m), f64x2.splat(1)));", tests: CONFORMANCE.CPU, only: "near-1e",
  },
  {
    what: "SIMD's term of singles divides before it subtracts", file: "src/cpu-fallback/simd/singles.as.ts", from: "    difference = f32x4.sub(x, m);",
    to: "    difference = f32x4.mul(m, f32x4.sub(f32x4.div(x, m), f32x4.splat(1)));", tests: CONFORMANCE.CPU, only: "65536 f32 cells",
  },
  { what: "SIMD counts no infinite cells", file: "src/cpu-fallback/simd/doubles.as.ts", from: "infinite = i64x2.sub(infinite, v128.andnot(qZero, pZero));", to: "", tests: CONFORMANCE.CPU, only: "zero" },
  { what: "SIMD has the smallest q of cells without p", file: "src/cpu-fallback/simd/doubles.as.ts", from: "v128.or(qThere, pZero)", to: "qThere", tests: CONFORMANCE.CPU, only: "nothing in common" },
  { what: "SIMD's 1 - q is rounded", file: "src/cpu-fallback/simd/logarithms.as.ts", from: "v128.bitselect(f64x2.neg(x), f64x2.sub(m, one), f64x2.eq(m, rest))", to: "f64x2.sub(m, one)", tests: "test/cpu-fallback/simd.test.ts", only: "of probabilities" },
  { what: "SIMD's divergence of an order is a difference next to 1", file: "src/cpu-fallback/simd/orders.as.ts", from: "const NEAR: f64 = 2;", to: "const NEAR: f64 = 0;", tests: CONFORMANCE.CPU, only: "renyi" },
  { what: "SIMD takes powers of q = 0", file: "src/cpu-fallback/simd/orders.as.ts", from: "v128.andnot(exp<f64>(exponent), isZero)", to: "exp<f64>(exponent)", tests: CONFORMANCE.CPU, only: "renyi" },
  { what: "an entropy's bound says nothing of numbers above 1", file: "src/terms/order-entropy.ts", from: "const above = (order - 1) * Math.max(Math.log(largestP), 0);", to: "const above = 0;", tests: CONFORMANCE.CPU, only: "far above 1" },
  { what: "SIMD's 0 in singles is seen", file: "src/cpu-fallback/simd/singles.as.ts", from: "1.2325951644078310e-32", to: "8.0779356694631609e-28", tests: "test/cpu-fallback/simd.test.ts", only: "singles with zeros" },
  { what: "a window's first cells are read twice", file: "src/gpu/parts.ts", from: "from += steps;", to: "from += Math.max(steps - 1, 1);", tests: "test/gpu/windows.test.ts", only: "klDivergence of long arrays" },
  { what: "the GPU's term is p ln(p/q)", file: "src/terms/kl.ts", from: "return kl_div(p, q, d); }", to: "return p * ln_ratio(p, q); }", tests: CONFORMANCE.GPU, only: "faults" },
  { what: "zeros are told apart on floats", file: "src/shaders/cell.wgsl", from: "let p_order = order_of(P_TYPE, p_entry);", to: "let p_order = select(order_of(P_TYPE, p_entry), 0u, p == 0.0);", tests: CONFORMANCE.GPU, only: "(zero|subnormal)" },
  { what: "p and q are swapped", file: "src/operations/measures.ts", from: "evaluate(measure, p, q, options)", to: "evaluate(measure, q, p, options)", tests: CONFORMANCE.CPU, only: "klDivergence" },
  { what: "the sum of q stands for that of p - q", file: "src/terms/finish.ts", from: "  const { term, p, d, errors } = sums;", to: "  const { term, p, errors } = sums;\n  const d = p - sums.q;", tests: CONFORMANCE.GPU, only: "near-1e" },
  { what: "a window is not handed over", file: "src/shaders/exact-sum.wgsl", from: "    hand_over(window, sum);\n", to: "", tests: CONFORMANCE.GPU, only: "known digits" },
  { what: "a weight's upper half is dropped", file: "src/shaders/exact-sum.wgsl", from: "shift < select(32u, 16u, WEIGHT_TYPE > 1u)", to: "shift < 16u", tests: CONFORMANCE.GPU, only: "terms kl of .*any bits" },
  { what: "Simpson's rule is that of trapezoids", file: "src/operations/quadrature.ts", from: "const RULES = { riemann, trapezoid, simpson }", to: "const RULES = { riemann, trapezoid, simpson: trapezoid }", tests: CONFORMANCE.CPU, only: "polynomials" },
  { what: "q is forgotten where logits are far apart", file: "src/shaders/logits.wgsl", from: "select(p - q, p * (e - near_tail(e)), near)", to: "select(p, p * (e - near_tail(e)), near)", tests: CONFORMANCE.GPU, only: "every temperature" },
  { what: "rows are not centred before they are multiplied", file: "src/operations/pair-products.ts", from: "  return mean.map((sum) => (sum > 0 ? Math.max(sum / count, Number.MIN_VALUE) : 0));", to: "  return mean.map((sum) => (sum > 0 ? 1 / count : 0));", tests: CONFORMANCE.CPU, only: "1e-4 apart" },
  { what: "what q = 0 takes back is forgotten", file: "src/operations/pair-products.ts", from: "const added = pZero * (q - c) - c * factor;", to: "const added = q > 0 ? pZero * (q - c) - c * factor : 0;", tests: CONFORMANCE.CPU, only: "pairwise matrix" },
  { what: "the lower parts of cells are left out", file: "src/cpu-fallback/simd/pairs.as.ts", from: "return f32x4.add(f32x4.sub(x, y), f32x4.sub(v128.load(at + PLANE), v128.load(other + PLANE)));", to: "return f32x4.sub(x, y);", tests: CONFORMANCE.CPU, only: "1e-4 apart" },
  { what: "the GPU's differences are of floats", file: "src/shaders/pairs.wgsl", from: "return select(a - b, close, max(a, b) <= 2.0 * min(a, b));", to: "return a - b;", tests: CONFORMANCE.GPU, only: "1e-4 apart" },
  { what: "what singles lose is not kept", file: "src/cpu-fallback/simd/logits.as.ts", from: "return f32x4.sub(f32x4.sub(x, f32x4.sub(difference, part)), f32x4.add(y, part));", to: "return f32x4.mul(part, f32x4.splat(0));", tests: CONFORMANCE.CPU, only: "klFromLogits" },
  { what: "a fit's slopes are not shared among components", file: "src/cpu-fallback/simd/fit.as.ts", from: "const slope = f64x2.mul(mass, v128.load(shares + at));", to: "const slope = v128.load(shares + at);", tests: CONFORMANCE.CPU, only: "openFit sums reverse" },
  { what: "a fit's reverse loss is that of totals that are rounded", file: "src/fit/objective.ts", from: "q * Math.log1p(-d / (q + d)) + d", to: "d", tests: "test/fit", only: "by reverse" },
  { what: "a GPU's fit has means in one single", file: "src/gpu/density-tables.ts", from: "const low = (x: number) => x - Math.fround(x);", to: "const low = (x: number) => 0 * x;", tests: CONFORMANCE.GPU, only: "narrow and far" },
  { what: "a fit's runs are not begun anew", file: "src/shaders/fit.wgsl", from: "    var run_mass = array<Moments, COMPONENTS>();", to: "    var run_mass = mass;", tests: CONFORMANCE.GPU, only: "in long columns" },
  { what: "a GPU's fit takes four cells for neighbours in a row", file: "src/shaders/fit.wgsl", from: "+ (column + LANE) % extent.sizes.z;", to: "+ column % extent.sizes.z + LANE;", tests: CONFORMANCE.GPU, only: "in rows of ten" },
  { what: "a GPU's fit shares what is next to nothing evenly", file: "src/shaders/fit.wgsl", from: "let log_share = components[k].log + exponents[k] - log_q;", to: "let log_share = exponents[0] + components[0].log - log_q;", tests: CONFORMANCE.GPU, only: "next to nothing" },
  { what: "a histogram's guess at a bin is taken as it is", file: "src/cpu-fallback/count.ts", from: "    while (x < edges[bin]) bin -= 1;", to: "", tests: CONFORMANCE.CPU, only: "histogram of" },
  { what: "a GPU's histogram does not look for a bin", file: "src/shaders/count.wgsl", from: "if (!(reaches && stays)) {", to: "if (false) {", tests: CONFORMANCE.GPU, only: "histogram of" },
  { what: "a GPU's histogram has -0 below 0", file: "src/shaders/sample.wgsl", from: "let bits = select(sample, 0u, sample == 0x80000000u);", to: "let bits = sample;", tests: CONFORMANCE.GPU, only: "histogram of" },
  { what: "a GPU's histogram rounds edges to the nearest single", file: "src/gpu/keys.ts", from: "return Math.fround(x) < x ? key + 1 : key;", to: "return key;", tests: CONFORMANCE.GPU, only: "histogram of" },
  { what: "an interval has its bias", file: "src/operations/intervals.ts", from: "return { bias: mean - plugIn,", to: "return { bias: 0,", tests: CONFORMANCE.CPU, only: "confidenceInterval" },
  { what: "NVIDIA's first bin is its own", file: "src/calibration/conventions/nvidia.ts", from: "if (own.length > 1) own[0] = own[1];", to: "", tests: "test/calibration", only: "nvidia" },
  { what: "calibration: a candidate near the least is not looked at", file: "src/calibration/choose.ts", from: "const most = least + 2 * (something + share * least);", to: "const most = least;", tests: "test/calibration", only: "by" },
  { what: "calibration: what a GPU finds is taken for exact", file: "src/calibration/choose.ts", from: "[something + noise[0], share + noise[1]]", to: "noise", tests: CONFORMANCE.GPU, only: "many layers by" },
  { what: "calibration: MXNet's estimate forgets the total of q", file: "src/calibration/conventions/mxnet.ts", from: "ln(moreP) - ln(moreQ)", to: "ln(moreP)", tests: "test/calibration", only: "loops of the code" },
  { what: "calibration: candidates depend on their neighbours", file: "src/calibration/conventions/loops.as.ts", from: "v128.bitselect(ln64(x), near, isFar) : near", to: "ln64(x) : near", tests: "test/calibration", only: "of ncnn alone" },
  { what: "calibration: a channel is another", file: "src/calibration/channels.ts", from: "(i * channels + channel) * inner", to: "i * channels * inner", tests: CONFORMANCE.CPU, only: "channels along" },
  { what: "calibration: a logarithm lost a term", file: "src/calibration/ln.ts", from: "r * 0.2 - 0.25", to: "r * 0.2", tests: "test/calibration", only: "1e-9" },
  { what: "a line search takes what is higher", file: "src/fit/minimize.ts", from: "const isFlat = there.at.value <= from.value &&", to: "const isFlat =", tests: "test/fit", only: "never upwards" },
  { what: "close normals' scales are subtracted", file: "src/distributions/kl/normal-divergence.ts", from: "Math.abs(d) < 0.5 ?", to: "d > 2 ?", tests: "test/distributions/golden.test.ts", only: "normal" },
  { what: "the CPU's counters are not read in time", file: "src/cpu-fallback/exact/reduce.ts", from: "sums = mergeRows(sums, engine.take())", to: "engine.take()", tests: "test/cpu-fallback", only: "counters" },
  { what: "a coefficient of the GPU's lost its last bit", file: "src/shaders/exact-series.wgsl", from: "0x55555589u", to: "0x55555588u", tests: CONFORMANCE.GPU, only: "known digits" },
  { what: "a coefficient of WebAssembly's lost its last bit", file: "src/cpu-fallback/exact/integers.as.ts", from: "6148914691236517257", to: "6148914691236517256", tests: CONFORMANCE.CPU, only: "known digits" },
  { what: "a coefficient of BigInt's lost its last bit", file: "src/terms/exact/term.ts", from: "6148914691236517257n", to: "6148914691236517256n", tests: "test/cpu-fallback", only: "same integers" },
];

const chromium = findBrowser("chromium");
const vulkan = chromium && softwareVulkan(chromium);
if (!vulkan) {
  console.log("mutants: NOT RUN: the software adapter beside Chromium is missing (npm test installs it)");
  process.exit(process.env.REQUIRE_ENGINES === "all" ? 1 : 0);
}

const copy = mkdtempSync(join(tmpdir(), "kullback-mutants-"));
for (const name of ["src", "test", "scripts", "package.json", "tsconfig.json", "vitest.config.ts"]) cpSync(join(root, name), join(copy, name), { recursive: true });
for (const name of ["node_modules", "examples"]) symlinkSync(join(root, name), join(copy, name));

/** How many tests passed and failed. */
function run({ tests, only }) {
  const env = { ...process.env, ...vulkan, NODEVICE_SELECT: "1", KULLBACK_NODE_WEBGPU: "1", KULLBACK_CHROMIUM: "", KULLBACK_FIREFOX: "", KULLBACK_DENO: "" };
  const { stdout } = spawnSync("npx", ["vitest", "run", tests, "-t", only, "--reporter=json"], { cwd: copy, env, encoding: "utf8", maxBuffer: 2 ** 28 });
  const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(stdout.slice(stdout.indexOf("{")));
  return { passed, failed };
}

let unnoticed = 0;
const sound = new Set();
try {
  for (const mutant of MUTANTS.filter(({ what }) => what.includes(process.argv[2] ?? ""))) {
    const { what, file, from, to, tests, only } = mutant;
    const path = join(copy, file);
    const text = readFileSync(path, "utf8");
    if (!text.includes(from)) throw new Error(`${file} has no ${JSON.stringify(from)}: the mutant "${what}" is out of date.`);
    if (!sound.has(tests + only)) {
      const { passed, failed } = run(mutant);
      if (passed === 0 || failed > 0) throw new Error(`without "${what}" ${passed} tests pass and ${failed} fail: ${tests} -t "${only}".`);
      sound.add(tests + only);
    }
    writeFileSync(path, text.replace(from, to));
    const { passed, failed } = run(mutant);
    writeFileSync(path, text);
    console.log(`mutants: ${what}: ${failed > 0 ? `noticed by ${failed} of ${passed + failed} tests` : "NOT NOTICED"}`);
    if (failed === 0) unnoticed += 1;
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
if (unnoticed > 0) process.exit(1);
