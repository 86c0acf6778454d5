import type { Convention } from "./convention.js";
import { mxnet } from "./mxnet.js";
import { ncnn } from "./ncnn.js";
import { nvidia } from "./nvidia.js";
import { onnxruntime } from "./onnxruntime.js";

/** Vendors by the names that `calibrate` has for them. */
export const conventions = { nvidia, onnxruntime, mxnet, ncnn } as const satisfies Readonly<Record<string, Convention>>;
