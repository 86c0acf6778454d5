import { logitKernelOf } from "./logit-kernel.js";
import { openerOf } from "./open.js";

export const openLogitKernel = /* @__PURE__ */ openerOf(() => import("./logits.as.ts?base64"), () => import("./logits.as.ts?base64&relaxed"), logitKernelOf);
