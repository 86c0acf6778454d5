const backend = (on, side, engines, dtypes) => ({
  peer: "jax-js", on, side, engines, dtypes,
  async open() {
    const { init, defaultDevice, jit, numpy: np } = await import("@jax-js/jax");
    if (!(await init(on)).includes(on)) throw new Error(`jax-js has no device ${on} here`);
    defaultDevice(on);
    const kl = jit((p, q) => p.ref.mul(np.log(p.div(q))).sum(-1));
    const valueOf = (p, q) => kl(p, q).data();
    return {
      prepare({ p, q, shape, dtype }) {
        const array = (data) => np.array(data, { dtype: np[dtype] }).reshape(shape);
        const held = [array(p), array(q)];
        return {
          ways: { resident: () => valueOf(held[0].ref, held[1].ref), "from arrays": () => valueOf(array(p), array(q)) },
          dispose: () => held.forEach((one) => one.dispose()),
        };
      },
    };
  },
});

export const jaxJs = [backend("wasm", "cpu", ["node", "chromium"], ["float32", "float64"]), backend("webgpu", "gpu", ["chromium"], ["float32"])];
