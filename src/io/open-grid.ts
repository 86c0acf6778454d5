import { FormatError } from "../errors.js";
import type { Grid } from "../grid.js";
import { isGzip, readBytes } from "./bytes.js";
import type { GridFile } from "./bytes.js";
import { isNifti, readNifti } from "./nifti.js";
import { isNpy, readNpy } from "./npy.js";

/**
 * Reads a grid from a file: `.npy` (versions 1-3, both byte orders, C and Fortran order, real types; booleans as 0 and 1) or
 * NIfTI-1/2 (`.nii`, `.nii.gz`). What the file is, its content says, not its name.
 *
 * @param file - Path or `file:` URL (Node), `Blob` or `File`, or bytes.
 * @returns Cells in row-major order. NIfTI axes come as [z, y, x], its slope and intercept applied.
 * @throws FormatError naming file, fact and remedy for a truncated, damaged or mislabelled file; Node's own error for one
 *   that cannot be opened.
 */
export async function openGrid(file: GridFile): Promise<Grid> {
  const named = await readBytes(file);
  const { name, bytes } = named;
  if (isNpy(bytes)) return readNpy(named);
  if (isGzip(bytes) || isNifti(bytes)) return readNifti(named);
  const stated = /\.(npy|nii)(\.gz)?$/.exec(name)?.[0];
  const fact = stated ? `is named ${stated} but its content is something else` : "is neither .npy nor NIfTI (.nii, .nii.gz)";
  throw new FormatError(`${name}: ${fact}; save it again in one of these formats.`, name, 0);
}
