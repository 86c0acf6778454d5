import { fitKernelOf } from "./fit-kernel.js";
import { openerOf } from "./open.js";

export const openFitKernel = /* @__PURE__ */ openerOf(() => import("./fit.as.ts?base64"), () => import("./fit.as.ts?base64&relaxed"), fitKernelOf);
