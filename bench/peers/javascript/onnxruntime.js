/** The least of protocol buffers: a field with a number, and one with bytes or text. */
const numberField = (field, value) => [field << 3, value];
function bytesField(field, content) {
  const bytes = typeof content === "string" ? [...new TextEncoder().encode(content)] : content;
  const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7];
  return [(field << 3) | 2, ...length, ...bytes];
}

/** ONNX's numbers of element types. */
const TYPES = { float32: 1, float64: 11 };
const [OPSET, IR_VERSION] = [13, 8];
/** Field 20 of an attribute: that it is an integer. */
const INTEGER = [0xa0, 0x01, 2];

const node = (op, inputs, output, attributes = []) => bytesField(1, [
  ...inputs.flatMap((name) => bytesField(1, name)), ...bytesField(2, output), ...bytesField(4, op), ...attributes,
]);

/** A tensor's name and type; `axes` names its sizes. */
function valueOf(field, name, type, axes) {
  const shape = bytesField(2, axes.flatMap((axis) => bytesField(1, bytesField(2, axis))));
  return bytesField(field, [...bytesField(1, name), ...bytesField(2, bytesField(1, [...numberField(1, type), ...shape]))]);
}

/** The model ReduceSum(p · Log(p / q)) over the last axis, in ONNX's format (onnx.proto3). */
function model(dtype, shape) {
  const axes = shape.map((_, i) => `n${i}`);
  const last = bytesField(5, [...numberField(1, 1), ...numberField(2, 7), ...bytesField(7, [shape.length - 1]), ...bytesField(8, "last")]);
  const keep = bytesField(5, [...bytesField(1, "keepdims"), ...numberField(3, 0), ...INTEGER]);
  const graph = [
    ...node("Div", ["p", "q"], "ratio"), ...node("Log", ["ratio"], "log"), ...node("Mul", ["p", "log"], "terms"),
    ...node("ReduceSum", ["terms", "last"], "sum", keep), ...bytesField(2, "kl"), ...last,
    ...["p", "q"].flatMap((name) => valueOf(11, name, TYPES[dtype], axes)), ...valueOf(12, "sum", TYPES[dtype], axes.slice(0, -1)),
  ];
  return Uint8Array.from([...numberField(1, IR_VERSION), ...bytesField(7, graph), ...bytesField(8, numberField(2, OPSET))]);
}

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
        const session = await ort.InferenceSession.create(model(dtype, shape), { executionProviders: [provider] });
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
