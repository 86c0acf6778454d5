export { digestOf } from "../../src/operations/self-test";

/** The 64 bits of each double. */
export function bitsOf(doubles: readonly number[]): readonly bigint[] {
  return [...new BigUint64Array(Float64Array.from(doubles).buffer)];
}
