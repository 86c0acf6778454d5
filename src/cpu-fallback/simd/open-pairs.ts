import { openerOf } from "./open.js";
import { pairKernelOf } from "./pair-kernel.js";

export const openPairKernel = /* @__PURE__ */ openerOf(() => import("./pairs.as.ts?base64"), () => import("./pairs.as.ts?base64&relaxed"), pairKernelOf);
