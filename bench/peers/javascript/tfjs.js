async function load(on) {
  const tf = await import("@tensorflow/tfjs-core");
  if (on === "webgpu") await import("@tensorflow/tfjs-backend-webgpu");
  else {
    const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    if (globalThis.document) setWasmPaths("/modules/@tensorflow/tfjs-backend-wasm/dist/");
  }
  if (!await tf.setBackend(on)) throw new Error(`tfjs has no backend ${on} here`);
  return tf;
}

const backend = (on, side, engines) => ({
  peer: "tfjs", on, side, engines, dtypes: ["float32"],
  async open() {
    const tf = await load(on);
    const kl = (p, q) => tf.tidy(() => tf.sum(tf.mul(p, tf.log(tf.div(p, q))), -1));
    async function valueOf(p, q) {
      const sum = kl(p, q);
      const values = await sum.data();
      sum.dispose();
      return values;
    }
    async function fromArrays(host) {
      const [p, q] = [tf.tensor(host.p, host.shape), tf.tensor(host.q, host.shape)];
      const values = await valueOf(p, q);
      tf.dispose([p, q]);
      return values;
    }
    return {
      prepare(host) {
        const [p, q] = [tf.tensor(host.p, host.shape), tf.tensor(host.q, host.shape)];
        return { ways: { resident: () => valueOf(p, q), "from arrays": () => fromArrays(host) }, dispose: () => tf.dispose([p, q]) };
      },
    };
  },
});

export const tfjs = [backend("wasm", "cpu", ["node", "chromium"]), backend("webgpu", "gpu", ["chromium"])];
