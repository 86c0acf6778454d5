/*
 * Special functions of other packages, behind one door: stdlib's for Node and the browser, pure JavaScript without WebAssembly or
 * generated code. Bessel functions it does not have: bessel.ts.
 */
export { default as digamma } from "@stdlib/math-base-special-digamma";
export { default as erf } from "@stdlib/math-base-special-erf";
export { default as lnGamma } from "@stdlib/math-base-special-gammaln";
export { default as trigamma } from "@stdlib/math-base-special-trigamma";

export const EULER_GAMMA = 0.5772156649015329;
export const HALF_LN_2PI = 0.9189385332046728;
