const NAMES = new Map([[Math.E, "nat"], [2, "bit"], [10, "dit"]]);

/** What results in a base are counted in. */
export function unitName(base: number): string {
  return NAMES.get(base) ?? `log${base} unit`;
}
