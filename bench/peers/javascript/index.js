import { gpuJs } from "./gpu-js.js";
import { jaxJs } from "./jax-js.js";
import { kullback } from "./kullback.js";
import { mathjs, mlDistance } from "./loops.js";
import { numpyTs } from "./numpy-ts.js";
import { onnxruntime } from "./onnxruntime.js";
import { tfjs } from "./tfjs.js";

/*
 * A candidate: `peer` on one backend (`on`), in "node", "chromium" or both, and on which `side`, "cpu" or "gpu", of a case; no
 * GPU is open while the CPU is measured. `dtypes` and `largest` (cells) limit it. `open` loads it and gives `prepare`, which
 * takes the data and gives `ways` to compute: "from arrays" starts from typed arrays of JavaScript, "resident" from the
 * peer's own memory.
 */
const ALL = [...kullback, ...tfjs, ...jaxJs, ...numpyTs, ...onnxruntime, ...gpuJs, ...mathjs, ...mlDistance];

/** Those that can take a case; `peers` names them, kullback is always there. */
export function candidatesOf({ engine, side, peers, dtype, cells }) {
  const wanted = ({ peer }) => !peers || peer === "kullback" || peers.includes(peer);
  const able = (one) => one.engines.includes(engine) && one.side === side && one.dtypes.includes(dtype) && cells <= (one.largest ?? Infinity);
  return ALL.filter((one) => wanted(one) && able(one));
}
