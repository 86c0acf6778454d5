/** Cells that one thread of a kernel adds up; the host adds up the threads. */
const RUN = 256;

/** Translated to WebAssembly or WGSL. */
function kernel(p, q) {
  let sum = 0;
  for (let i = 0; i < this.constants.run; i++) {
    const one = p[this.thread.x * this.constants.run + i];
    sum += one * Math.log(one / q[this.thread.x * this.constants.run + i]);
  }
  return sum;
}

function rowSums(partials, rows) {
  const width = partials.length / rows;
  const sums = new Float64Array(rows);
  for (let i = 0; i < partials.length; i++) sums[Math.floor(i / width)] += partials[i];
  return sums;
}

const backend = (mode, on, side, engines) => ({
  peer: "gpu.js", on, side, engines, dtypes: ["float32"],
  async open() {
    const loaded = await import("gpu.js");
    const GPU = loaded.GPU ?? loaded.default.GPU ?? loaded.default;
    return {
      prepare({ p, q, shape }) {
        const rows = shape.length > 1 ? shape[0] : 1;
        const gpu = new GPU({ mode });
        const settings = { output: [p.length / RUN], constants: { run: RUN }, loopMaxIterations: RUN, precision: "single" };
        const sumOfRuns = gpu.createKernel(kernel, settings);
        async function fromArrays() {
          const partials = await sumOfRuns(p, q);
          const { fallbackReason } = sumOfRuns.kernel ?? {};
          if (fallbackReason) throw new Error(`gpu.js left ${mode}: ${fallbackReason}`);
          return rowSums(partials, rows);
        }
        return { ways: { "from arrays": fromArrays }, dispose: () => gpu.destroy() };
      },
    };
  },
});

export const gpuJs = [backend("webasm", "wasm", "cpu", ["node", "chromium"]), backend("webgpu", "webgpu", "gpu", ["chromium"])];
