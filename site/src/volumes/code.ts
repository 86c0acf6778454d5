import { UNITS } from "../settings";
import type { Unit } from "../settings";
import type { Source } from "./sources";

/** The few lines that say what the page shows first. */
export function codeOf(source: Source, unit: Unit): string {
  const options = unit === "nats" ? "{ detail: true }" : `{ base: ${UNITS[unit]}, detail: true }`;
  const print = [`const forward = await klDivergence(p, q, ${options});`, "console.log(forward.value, forward.errorBound);"];
  if (source.of === "normals") {
    const [x, y, z, sdX, sdY, sdZ, correlation] = source.values;
    const shared = correlation * sdX * sdY;
    const covariance = [sdZ ** 2, 0, 0, 0, sdY ** 2, shared, 0, shared, sdX ** 2];
    return [
      'import { klDivergence, linspace } from "kullback";', 'import { multivariateNormal } from "kullback/distributions";', "",
      "const axis = linspace(-6, 6, 64, { endpoint: false });",
      "const p = multivariateNormal([0, 0, 0], [1, 0, 0, 0, 1, 0, 0, 0, 1]).onGrid([axis, axis, axis]); // z, y, x",
      `const q = multivariateNormal([${[z, y, x].join(", ")}], [${covariance.join(", ")}]).onGrid([axis, axis, axis]);`, ...print,
    ].join("\n");
  }
  const [p, q] = source.of === "colin27" ? ["examples/data/colin27/ch2bet.nii.gz", "examples/data/colin27/ch2.nii.gz"] : [source.p.name, source.q.name];
  return ['import { klDivergence } from "kullback";', 'import { openGrid } from "kullback/io";', "", `const p = await openGrid(${JSON.stringify(p)});`, `const q = await openGrid(${JSON.stringify(q)});`, ...print].join("\n");
}
