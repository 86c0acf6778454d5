/** The ways that are held against each other: what stands in the table, and the line's look in the figure. */
export const METHODS = {
  naive: { name: "Σ p·ln(p/q)", cells: "binary32", says: "every operation rounded to binary32", colour: "var(--less)", symbol: "triangle" },
  "fast-narrow": { name: "kullback, fast", cells: "binary32", says: "terms in binary32, sums in binary64", colour: "var(--p)", symbol: "square" },
  "exact-narrow": { name: "kullback, exact", cells: "binary32", says: "integers alone: the truth here", colour: null, symbol: null },
  scipy: { name: "SciPy’s entropy", cells: "binary64", says: "SciPy’s formula and order, in binary64", colour: "var(--q)", symbol: "diamond" },
  "fast-wide": { name: "kullback, fast", cells: "binary64", says: "binary64", colour: "var(--more)", symbol: "circle" },
  "exact-wide": { name: "kullback, exact", cells: "binary64", says: "integers alone: the truth here", colour: null, symbol: null },
} as const;

export type MethodId = keyof typeof METHODS;
export const METHOD_IDS = Object.keys(METHODS) as readonly MethodId[];

/** The methods that the figure draws, with the names that tell them apart there. */
export const DRAWN = METHOD_IDS.flatMap((id) => {
  const { name, cells, colour, symbol } = METHODS[id];
  return colour === null ? [] : [{ id, label: `${name}, ${cells}`, colour, symbol }];
});
