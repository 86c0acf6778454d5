/** Functions of one pair, called row by row. */
const byRow = ({ p, q, shape }, kl) => {
  const width = shape.at(-1);
  return () => Array.from({ length: p.length / width }, (_, i) => kl(p.subarray(i * width, (i + 1) * width), q.subarray(i * width, (i + 1) * width)));
};

const both = { side: "cpu", engines: ["node"], dtypes: ["float32", "float64"] };

/** It takes Array alone, and hundreds of nanoseconds a cell. */
export const mathjs = [{
  ...both, peer: "mathjs", on: "Array", largest: 2 ** 20,
  async open() {
    const { kldivergence } = await import("mathjs");
    return {
      prepare(host) {
        const [p, q] = [Array.from(host.p), Array.from(host.q)];
        return { ways: { "from arrays": () => kldivergence(p, q) } };
      },
    };
  },
}];

export const mlDistance = [{
  ...both, peer: "ml-distance", on: "JavaScript",
  async open() {
    const { distance } = await import("ml-distance");
    return {
      prepare: (host) => ({
        ways: { "from arrays": host.shape.length > 1 ? byRow(host, distance.kullbackLeibler) : () => distance.kullbackLeibler(host.p, host.q) },
      }),
    };
  },
}];
