import { klBetween, multivariateNormal } from "kullback/distributions";
import { openGrid } from "kullback/io";
import { linspace } from "kullback";
import type { Grid } from "kullback";
import withSkull from "../../../examples/data/colin27/ch2.nii.gz?url";
import withoutSkull from "../../../examples/data/colin27/ch2bet.nii.gz?url";

/** Where the two volumes come from. */
export type Source = { readonly of: "colin27" } | { readonly of: "normals"; readonly values: readonly number[] } | { readonly of: "files"; readonly p: File; readonly q: File };

export interface Volumes {
  readonly p: Grid;
  readonly q: Grid;
  /** D(P ‖ Q) in nats of the distributions themselves, where there is a closed form. */
  readonly closed: number | null;
}

/** Cells along each axis of two normals, and how far they reach. */
const CELLS = 64;
const REACH = 6;

async function fetched(address: string, name: string): Promise<Grid> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${name} did not come: HTTP ${response.status}`);
  return openGrid(new File([await response.blob()], name));
}

async function readVolume(name: string, file: File): Promise<Grid> {
  const grid = await openGrid(file);
  // a fourth axis of one volume, as NIfTI files often have
  const shape = grid.shape.slice(grid.shape.findIndex((length, i) => length !== 1 || i >= grid.shape.length - 3));
  if (shape.length !== 3) throw new RangeError(`${name}: ${file.name} has the shape ${grid.shape.join(" × ")}; a volume has three axes.`);
  return { ...grid, shape };
}

function normals([x, y, z, sdX, sdY, sdZ, correlation]: readonly number[]): Volumes {
  const axis = linspace(-REACH, REACH, CELLS, { endpoint: false });
  const axes = [axis, axis, axis];
  const p = multivariateNormal([0, 0, 0], [1, 0, 0, 0, 1, 0, 0, 0, 1]);
  const shared = correlation * sdX * sdY;
  // axes of grids come slowest first: z, y, x
  const q = multivariateNormal([z, y, x], [sdZ ** 2, 0, 0, 0, sdY ** 2, shared, 0, shared, sdX ** 2]);
  return { p: p.onGrid(axes) as Grid, q: q.onGrid(axes) as Grid, closed: klBetween(p, q) };
}

let kept: { readonly key: unknown; readonly volumes: Promise<Volumes> } | undefined;

/** The volumes, kept until others are asked for. */
export function volumesOf(source: Source, step: (share: number) => void): Promise<Volumes> {
  const key = source.of === "files" ? `${source.p.name} ${source.p.size} ${source.p.lastModified} ${source.q.name} ${source.q.size} ${source.q.lastModified}` : JSON.stringify(source);
  if (kept?.key !== key) {
    const volumes = read(source, step);
    kept = { key, volumes };
    volumes.catch(() => { kept = undefined; });
  }
  return kept.volumes;
}

async function read(source: Source, step: (share: number) => void): Promise<Volumes> {
  if (source.of === "normals") return normals(source.values);
  const [readP, readQ] = source.of === "colin27"
    ? [() => fetched(withoutSkull, "ch2bet.nii.gz"), () => fetched(withSkull, "ch2.nii.gz")]
    : [() => readVolume("P", source.p), () => readVolume("Q", source.q)];
  const p = await readP();
  step(0.5);
  return { p, q: await readQ(), closed: null };
}
