// AssemblyScript: what engine.ts sees.
export { decode } from "./decode.as";
export { normalize, scale, sumColumns, sumRows } from "./doubles.as";
export { sumSingles } from "./singles.as";
export { d, p, q, raw, sums } from "./tile.as";
