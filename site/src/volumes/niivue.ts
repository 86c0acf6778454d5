import { NVImage, Niivue } from "@niivue/niivue";
import type { Answer } from "./measure";

/** NIfTI's code for binary32. */
const FLOAT32 = 16;

/** A volume as a NIfTI file in memory, its fastest axis first. */
async function niftiOf(data: Float32Array, shape: readonly number[]): Promise<ArrayBuffer> {
  const [z, y, x] = shape;
  const affine = [1, 0, 0, -x / 2, 0, 1, 0, -y / 2, 0, 0, 1, -z / 2, 0, 0, 0, 1];
  const bytes = await NVImage.createNiftiArray([x, y, z], [1, 1, 1], affine, FLOAT32, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return bytes.buffer as ArrayBuffer;
}

/** Values from which on a cell is drawn, and from which on in the strongest colour: small floats confuse the viewer. */
const [FAINTEST, STRONGEST] = [5, 100];
/** Where it is cut open at first: distance from the middle, azimuth and elevation in degrees. */
const CUT = [0.1, 180, 40];

/** Draws the magnitude of what each cell adds; the result ends it. */
export async function show(canvas: HTMLCanvasElement, { shape, terms, strong }: Answer): Promise<() => void> {
  const viewer = new Niivue({ backColor: [0, 0, 0, 1], clipPlaneColor: [0, 0, 0, 0], show3Dcrosshair: false, dragAndDropEnabled: false, logLevel: "error" });
  await viewer.attachToCanvas(canvas);
  await viewer.loadFromArrayBuffer(await niftiOf(terms.map((term) => STRONGEST * Math.min(Math.abs(term) / strong, 1)), shape), "contributions.nii");
  Object.assign(viewer.volumes[0], { colormap: "viridis", cal_min: FAINTEST, cal_max: STRONGEST });
  viewer.updateGLVolume();
  viewer.setSliceType(viewer.sliceTypeRender);
  viewer.setClipPlane(CUT);
  return () => viewer.cleanup();
}
