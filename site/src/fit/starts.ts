import { mixture, multivariateNormal, normal } from "kullback/distributions";
import type { Distribution } from "kullback/distributions";
import type { Target } from "./targets";

/** Parts of the axis that are one standard deviation: of the means of starts about its middle, and of the starts themselves. */
const [FAR, WIDE] = [8, 16];

/** The middle of an axis, and two standard deviations. */
const lengths = ([first, last]: Target["axis"]) => ({ middle: (first + last) / 2, far: (last - first) / FAR, wide: (last - first) / WIDE });
const diagonal = (n: number, sd: number) => Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? sd ** 2 : 0));

/** Round normals, or mixtures of them, at places that the target has no part in; the same every time. */
export function randomStarts(count: number, axis: Target["axis"], n: number, components: number): readonly Distribution[] {
  const { middle, far, wide } = lengths(axis);
  const places = n === 1 ? normal(middle, far) : multivariateNormal(Array<number>(n).fill(middle), diagonal(n, far));
  return Array.from({ length: count }, (_, seed) => {
    const means = places.sample(components, { seed });
    const vectors = Array.from({ length: components }, (__, k) => means.slice(k * n, (k + 1) * n));
    if (n === 1) return components === 1 ? normal(means[0], wide) : mixture(vectors.map(([mean]) => normal(mean, wide)));
    const each = vectors.map((mean) => multivariateNormal(mean, diagonal(n, wide)));
    return components === 1 ? each[0] : mixture(each);
  });
}

/** The same as code: what makes a list called `starts`. */
export function startsCode(count: number, axis: Target["axis"], n: number, components: number): readonly string[] {
  const { middle, far, wide } = lengths(axis);
  const list = (values: readonly number[]) => `[${values.join(", ")}]`;
  const places = n === 1 ? `normal(${middle}, ${far})` : `multivariateNormal(${list(Array<number>(n).fill(middle))}, ${list(diagonal(n, far))})`;
  const sample = `places.sample(${components}, { seed })`;
  const one = n === 1 ? (components === 1 ? `normal(${sample}[0], ${wide})` : `mixture(Array.from(${sample}, (mean) => normal(mean, ${wide})))`)
    : components === 1 ? `multivariateNormal(${sample}, wide)` : `mixture(${list(Array.from({ length: components }, (_, k) => k))}.map((k) => multivariateNormal(${sample}.slice(${n} * k, ${n} * (k + 1)), wide)))`;
  return [
    `const places = ${places};`,
    ...(n > 1 ? [`const wide = ${list(diagonal(n, wide))};`] : []),
    `const starts = Array.from({ length: ${count} }, (_, seed) => ${one});`,
  ];
}
