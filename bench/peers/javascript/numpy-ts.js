/** Bytes: its default, 256 MiB, does not hold the largest arrays, and then it computes slower. */
const MEMORY = 3.5 * 2 ** 30;

export const numpyTs = [{
  peer: "numpy-ts", on: "wasm", side: "cpu", engines: ["node", "chromium"], dtypes: ["float32", "float64"],
  async open() {
    const np = await import("numpy-ts");
    np.configureWasm({ maxMemory: MEMORY });

    /** Gives what it makes on the way back at once, without which it runs out of its memory and gets slower. */
    function kl(p, q) {
      const ratio = np.divide(p, q);
      const log = np.log(ratio);
      const terms = np.multiply(p, log);
      const sum = np.sum(terms, -1);
      const values = typeof sum === "number" ? sum : Float64Array.from(sum.data);
      for (const made of [ratio, log, terms, sum]) made.dispose?.();
      return values;
    }

    return {
      prepare({ p, q, shape, dtype }) {
        const array = (data) => np.reshape(np.frombuffer(data.buffer, dtype), shape);
        const held = [p, q].map((data) => np.reshape(np.array(data), shape));
        function fromArrays() {
          const made = [array(p), array(q)];
          const values = kl(...made);
          made.forEach((one) => one.dispose());
          return values;
        }
        return { ways: { resident: () => kl(...held), "from arrays": fromArrays }, dispose: () => held.forEach((one) => one.dispose()) };
      },
    };
  },
}];
