import type { Backend } from "../backend.js";
import { ShapeError, checkOptions } from "../errors.js";
import { BYTES_PER_CELL, cellsOf } from "../grid.js";
import type { DeviceBuffer, DeviceGrid, Dtype, Spacing } from "../grid.js";
import { isDeviceGrid, operandOf } from "../validate.js";
import type { Input } from "../validate.js";

/** Where `upload` puts the data, and their shape. */
export interface UploadOptions {
  /** The backend whose memory receives them; calls on the grid name the same one. */
  readonly backend: Backend;
  readonly shape?: readonly number[];
}

/**
 * Copies data into a backend's memory once, for many calls. The bytes go up as they are: nothing is narrowed.
 *
 * @param input - Typed array, `number[]` (binary64) or grid; a device grid is returned unchanged.
 * @param options - `backend`, and `shape` where the input has none of its own.
 * @returns A device grid; `destroy()` it when done.
 * @throws ShapeError if `shape` and length disagree; DeviceError if the data exceed the device's limits; TypeError for an unknown option.
 */
export async function upload(input: Input, options: UploadOptions): Promise<DeviceGrid> {
  checkOptions("upload", options, ["backend", "shape"] satisfies readonly (keyof UploadOptions)[]);
  const { backend, shape } = options;
  const operand = operandOf("upload", "data", input, shape);
  return isDeviceGrid(operand) ? operand : backend.upload(operand);
}

/** What a buffer of the caller's holds. */
export interface FromGPUBufferOptions {
  /** Default `"float32"`. */
  readonly dtype?: Dtype;
  /** Default: one axis to the end of the buffer. */
  readonly shape?: readonly number[];
  /** First byte of the data, a multiple of 4; default 0. */
  readonly byteOffset?: number;
  /** As for `grid`. */
  readonly spacing?: Spacing;
}

const STORAGE = 0x80;

/**
 * Reads a `GPUBuffer` of yours in place, without a copy. Pass the backend opened on its device with every call:
 * `openBackend({ device })`. The buffer stays yours and is never destroyed.
 *
 * @param buffer - Unmapped, with usage `STORAGE`.
 * @param options - `dtype`, `shape`, `byteOffset`, `spacing`.
 * @throws RangeError if `byteOffset` is not a multiple of 4 or the buffer lacks `STORAGE`; ShapeError if it is too short; TypeError for
 *   an unknown option.
 */
export function fromGPUBuffer(buffer: DeviceBuffer, options: FromGPUBufferOptions = {}): DeviceGrid {
  checkOptions("fromGPUBuffer", options, ["dtype", "shape", "byteOffset", "spacing"] satisfies readonly (keyof FromGPUBufferOptions)[]);
  const { dtype = "float32", byteOffset = 0, spacing } = options;
  if (!(dtype in BYTES_PER_CELL)) throw new RangeError(`fromGPUBuffer: unknown dtype "${String(dtype)}".`);
  if (!Number.isInteger(byteOffset) || byteOffset < 0 || byteOffset % 4 !== 0) {
    throw new RangeError(`fromGPUBuffer: byteOffset ${byteOffset} must be a non-negative multiple of 4.`);
  }
  if ((buffer.usage & STORAGE) === 0) throw new RangeError("fromGPUBuffer: the buffer was made without usage STORAGE.");
  const available = Math.floor((buffer.size - byteOffset) / BYTES_PER_CELL[dtype]);
  const shape = options.shape ?? [Math.max(available, 0)];
  if (cellsOf(shape) > available) {
    throw new ShapeError(`fromGPUBuffer: the buffer holds ${available} cells from byte ${byteOffset} on, expected ${cellsOf(shape)} for shape [${shape}].`, cellsOf(shape), available);
  }
  return { dtype, shape, ...(spacing && { spacing }), buffer, host: null, byteOffset, destroy() {} };
}
