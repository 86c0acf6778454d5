import { grid } from "../index.js";
import type { Backend, CellArray, DeviceGrid, Grid, Input } from "../index.js";

const isOnDevice = (samples: Input): samples is DeviceGrid => typeof samples === "object" && "buffer" in samples && "host" in samples;

/** An array in host memory. */
export async function onHost(samples: Input, backend?: Backend): Promise<Grid> {
  if (!isOnDevice(samples)) return "data" in samples ? samples : grid(samples as CellArray);
  const { dtype, shape } = samples;
  const data = backend ? await backend.download(samples) : samples.host;
  if (!data) throw new RangeError("calibrate: samples in a device's memory need its backend.");
  return grid(data, { shape, ...(dtype === "float16" && { dtype }) });
}

/** The entries of an array along an axis, a grid each. */
export async function channelsOf(samples: Input, axis: number, backend?: Backend): Promise<Grid[]> {
  const { data, dtype, shape } = await onHost(samples, backend);
  const along = axis < 0 ? axis + shape.length : axis;
  if (!(Number.isInteger(along) && along >= 0 && along < shape.length)) throw new RangeError(`calibrate: axis ${axis} is outside a grid of ${shape.length} axes.`);
  const product = (sizes: readonly number[]) => sizes.reduce((total, size) => total * size, 1);
  const [outer, channels, inner] = [product(shape.slice(0, along)), shape[along], product(shape.slice(along + 1))];
  return Array.from({ length: channels }, (_, channel) => {
    const into = data.slice(0, outer * inner);
    for (let i = 0; i < outer; i++) {
      const from = (i * channels + channel) * inner;
      into.set(data.subarray(from, from + inner) as never, i * inner);
    }
    return grid(into, dtype === "float16" ? { dtype } : {});
  });
}
