import type { FamilyName, MixtureOf } from "kullback/fit";

/** A family of models; of one variable its normals are `normal`, of more `multivariateNormal`. */
export interface Model {
  readonly name: string;
  readonly components: number;
  readonly isDiagonal: boolean;
  readonly dimensions: readonly number[];
}

export const models = {
  one: { name: "one normal", components: 1, isDiagonal: false, dimensions: [1, 2, 3] },
  diagonal: { name: "one normal of independent variables", components: 1, isDiagonal: true, dimensions: [2, 3] },
  two: { name: "a mixture of two normals", components: 2, isDiagonal: false, dimensions: [1, 2, 3] },
  three: { name: "a mixture of three normals", components: 3, isDiagonal: false, dimensions: [1] },
} as const satisfies Readonly<Record<string, Model>>;

export type ModelId = keyof typeof models;

export const isModel = (id: string | null): id is ModelId => id !== null && Object.hasOwn(models, id);
export const suits = (id: ModelId, dimensions: number): boolean => (models[id].dimensions as readonly number[]).includes(dimensions);

const nameOf = (dimensions: number) => (dimensions === 1 ? "normal" : "multivariateNormal") satisfies FamilyName;

/** The family as `fit` takes it. */
export function familyOf(id: ModelId, dimensions: number): FamilyName | MixtureOf {
  const { components } = models[id];
  return components === 1 ? nameOf(dimensions) : { of: nameOf(dimensions), count: components };
}

/** The same as code. */
export function familyCode(id: ModelId, dimensions: number): string {
  const { components } = models[id];
  return components === 1 ? `"${nameOf(dimensions)}"` : `mixtureOf("${nameOf(dimensions)}", ${components})`;
}
