import { grid, klDivergence, openBackend, upload } from "../../../dist/index.js";

/** Rows are summed one by one. */
const optionsOf = (shape) => (shape.length > 1 ? { shape, axis: shape.length - 1 } : {});

/** kullback from typed arrays; `backend` undefined: the one that the library opens by itself. */
function fromArrays(backend, { p, q, shape }) {
  const options = { backend, ...optionsOf(shape) };
  return { "from arrays": () => klDivergence(p, q, options) };
}

/** The same from memory that its threads share, as peers have theirs. */
function onCpu(backend, host) {
  const { p, q, shape, dtype } = host;
  const [ofP, ofQ] = [p, q].map((data) => {
    const made = grid.allocate(shape, { dtype });
    made.data.set(data);
    return made;
  });
  const options = { backend, ...optionsOf(shape) };
  return { ...fromArrays(backend, host), resident: () => klDivergence(ofP, ofQ, options) };
}

async function prepareOnGpu(backend, host) {
  const { p, q, shape } = host;
  const grids = [];
  for (const data of [p, q]) grids.push(await upload(grid(data, { shape }), { backend }));
  const options = { backend, ...optionsOf(shape) };
  return {
    ways: { resident: () => klDivergence(grids[0], grids[1], options), ...fromArrays(backend, host) },
    dispose: () => grids.forEach((one) => one.destroy()),
  };
}

/** Kept as long as the process: a device collected before its buffers ends some engines. */
const kept = [];

const variant = (on, side, engines, open) => ({ peer: "kullback", on, side, engines, dtypes: ["float32", "float64"], open });

/** kullback's backends; another one is another line. */
export const kullback = [
  variant("cpu", "cpu", ["node", "chromium"], async () => {
    const backend = await openBackend({ prefer: "cpu" });
    return { prepare: (host) => ({ ways: onCpu(backend, host) }) };
  }),
  variant("auto", "cpu", ["chromium"], async () => ({ prepare: (host) => ({ ways: onCpu(undefined, host) }) })),
  variant("webgpu", "gpu", ["node", "chromium"], async () => {
    const backend = await openBackend({ prefer: "webgpu" });
    kept.push(backend);
    return { prepare: (host) => prepareOnGpu(backend, host) };
  }),
];
