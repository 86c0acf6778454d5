/** Bytes: its default, 256 MiB, does not hold the largest arrays; beyond 2 GiB its offsets are negative. */
const MEMORY = 2 ** 31 - 2 ** 16;

export const numpyTs = [{
  peer: "numpy-ts", on: "wasm", side: "cpu", engines: ["node", "chromium"], dtypes: ["float32", "float64"],
  async open() {
    const np = await import("numpy-ts");
    np.configureWasm({ maxMemory: MEMORY });
    // without giving back at once what was made, it runs out of its memory and gets slower
    const giveBack = (...made) => made.forEach((one) => one.dispose?.());

    function kl(p, q) {
      const ratio = np.divide(p, q);
      const log = np.log(ratio);
      const terms = np.multiply(p, log);
      const sum = np.sum(terms, -1);
      const values = typeof sum === "number" ? sum : Float64Array.from(sum.data);
      giveBack(ratio, log, terms, sum);
      return values;
    }

    return {
      prepare({ p, q, shape, dtype }) {
        const flat = [p, q].map((data) => np.array(data));
        const held = flat.map((one) => np.reshape(one, shape));
        function fromArrays() {
          const bases = [p, q].map((data) => np.frombuffer(data.buffer, dtype));
          const made = bases.map((one) => np.reshape(one, shape));
          const values = kl(...made);
          giveBack(...made, ...bases);
          return values;
        }
        return { ways: { resident: () => kl(...held), "from arrays": fromArrays }, dispose: () => giveBack(...held, ...flat) };
      },
    };
  },
}];
