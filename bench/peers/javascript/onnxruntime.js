import { klModel } from "./onnx.js";

/** On a GPU the arrays can lie in its buffers. */
function residentOf(ort, device, session, { p, q, shape, dtype }) {
  const buffers = [p, q].map((data) => {
    const buffer = device.createBuffer({ label: "onnxruntime-web input", size: data.byteLength, usage: 0x8c });
    device.queue.writeBuffer(buffer, 0, data);
    return buffer;
  });
  const [heldP, heldQ] = buffers.map((buffer) => ort.Tensor.fromGpuBuffer(buffer, { dataType: dtype, dims: shape }));
  return { run: async () => (await session.run({ p: heldP, q: heldQ })).sum.data, destroy: () => buffers.forEach((buffer) => buffer.destroy()) };
}

/** Each build of the package keeps its own number of threads. */
const backend = (on, side, { file, provider, threads, dtypes }) => ({
  peer: "onnxruntime-web", on, side, engines: ["chromium"], dtypes,
  async open() {
    // not bundled: it starts workers from its own file
    const ort = await import(/* @vite-ignore */ `/modules/onnxruntime-web/dist/${file}`);
    ort.env.wasm.wasmPaths = "/modules/onnxruntime-web/dist/";
    ort.env.wasm.numThreads = threads ?? navigator.hardwareConcurrency;
    ort.env.logLevel = "error";
    return {
      on: provider === "wasm" ? `wasm, ${ort.env.wasm.numThreads} thread${ort.env.wasm.numThreads > 1 ? "s" : ""}` : on,
      async prepare(host) {
        const { p, q, shape, dtype } = host;
        const session = await ort.InferenceSession.create(klModel(dtype, shape), { executionProviders: [provider] });
        const tensor = (data) => new ort.Tensor(dtype, data, shape);
        const fromArrays = async () => (await session.run({ p: tensor(p), q: tensor(q) })).sum.data;
        const resident = provider === "webgpu" ? residentOf(ort, await ort.env.webgpu.device, session, host) : undefined;
        return {
          ways: { ...(resident && { resident: resident.run }), "from arrays": fromArrays },
          async dispose() {
            resident?.destroy();
            await session.release();
          },
        };
      },
    };
  },
});

export const onnxruntime = [
  backend("wasm, 1 thread", "cpu", { file: "ort.wasm.bundle.min.mjs", provider: "wasm", threads: 1, dtypes: ["float32", "float64"] }),
  backend("wasm, threads", "cpu", { file: "ort.bundle.min.mjs", provider: "wasm", dtypes: ["float32", "float64"] }),
  backend("webgpu", "gpu", { file: "ort.webgpu.bundle.min.mjs", provider: "webgpu", dtypes: ["float32"] }),
];
