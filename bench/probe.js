/** A plain read of both arrays: the pace that no reduction over them can beat on the same backend. */

/** Adds both arrays up, in JavaScript. */
export function readOnCpu({ p, q }) {
  let sum = 0;
  for (let i = 0; i < p.length; i++) sum += p[i] + q[i];
  return sum;
}

const THREADS = 256;
const LOADS = 16;
const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read> p: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read> q: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read_write> sums: array<u32>;

@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let workgroup = group.x + group.y * groups.x;
  var sum = vec4<u32>();
  for (var i = 0u; i < ${LOADS}u; i++) {
    let at = workgroup * ${THREADS * LOADS}u + i * ${THREADS}u + thread;
    sum += p[at] + q[at];
  }
  sums[workgroup * ${THREADS}u + thread] = sum.x + sum.y + sum.z + sum.w;
}`;

/** On a device: four words of each array a load, one sum a thread, read back like the sums of a reduction. */
export async function readerOn(device) {
  const module = device.createShaderModule({ label: "plain read", code });
  const pipeline = await device.createComputePipelineAsync({ label: "plain read", layout: "auto", compute: { module, entryPoint: "main" } });
  return async ({ p, q }) => {
    const workgroups = Math.ceil(p.size / (16 * THREADS * LOADS));
    const size = workgroups * THREADS * 4;
    const sums = device.createBuffer({ label: "plain read sums", size, usage: 0x80 | 0x04 });
    const staging = device.createBuffer({ label: "plain read staging", size, usage: 0x01 | 0x08 });
    try {
      const entries = [p, q, sums].map((buffer, binding) => ({ binding, resource: { buffer } }));
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
      const columns = Math.min(workgroups, 65535);
      pass.dispatchWorkgroups(columns, Math.ceil(workgroups / columns));
      pass.end();
      encoder.copyBufferToBuffer(sums, 0, staging, 0, size);
      device.queue.submit([encoder.finish()]);
      await staging.mapAsync(1);
      return new Uint32Array(staging.getMappedRange())[0];
    } finally {
      sums.destroy();
      staging.destroy();
    }
  };
}
