/*
 * Densities that backends evaluate themselves, cell by cell of a grid: sums of components, each the exponential of a quadratic form or of two powers.
 * Along a row of cells, whatever the other coordinates, its logarithm is a + b·f + c·g with two features of the last coordinate: x and x², or ln x and
 * ln(1 − x). Twin: shaders/density.wgsl.
 */

/** exp(log − ½|root·(x − mean)|²), `root` lower triangular, row by row: a normal, and how much of it. */
export interface NormalComponent {
  readonly log: number;
  readonly mean: ArrayLike<number>;
  readonly root: ArrayLike<number>;
}

/** exp(log + powers[0]·ln x + powers[1]·ln(1 − x)) for 0 < x < 1. */
export interface BetaComponent {
  readonly log: number;
  readonly powers: readonly [number, number];
}

export type Component = NormalComponent | BetaComponent;

/** The logarithm along a row. */
export interface RowForm {
  a: number;
  b: number;
  c: number;
}

export function isNormal(component: Component): component is NormalComponent {
  return "root" in component;
}

/** Writes the form of the row whose other coordinates are `outer`. */
export function rowForm(component: Component, outer: ArrayLike<number>, form: RowForm): void {
  if (!isNormal(component)) {
    form.a = component.log;
    [form.b, form.c] = component.powers;
    return;
  }
  const { log, mean, root } = component;
  const last = mean.length - 1;
  let a = log;
  for (let i = 0; i < last; i++) {
    let z = 0;
    for (let j = 0; j <= i; j++) z += root[i * (last + 1) + j] * (outer[j] - mean[j]);
    a -= 0.5 * z * z;
  }
  const steep = root[last * (last + 1) + last];
  let z = -steep * mean[last];
  for (let j = 0; j < last; j++) z += root[last * (last + 1) + j] * (outer[j] - mean[j]);
  form.a = a - 0.5 * z * z;
  form.b = -z * steep;
  form.c = -0.5 * steep * steep;
}

/** Is a density of this kind neither 0 nor infinite there, whatever its parameters? Other cells are left out. */
export function isWithin(kind: "normal" | "beta", x: number): boolean {
  return kind === "normal" || (x > 0 && x < 1);
}

/** Writes the two features of coordinates, from one on; 0 where they are not within. */
export function featuresOf(kind: "normal" | "beta", at: Float64Array, from: number, count: number, f: Float64Array, g: Float64Array): void {
  for (let i = 0; i < count; i++) {
    const x = at[from + i];
    f[i] = kind === "normal" ? x : isWithin(kind, x) ? Math.log(x) : 0;
    g[i] = kind === "normal" ? x * x : isWithin(kind, x) ? Math.log1p(-x) : 0;
  }
}
