const MOST_GROUPS = 128;

/** Bind groups by pipeline and bindings. */
export class Groups {
  /** The one least recently used first. */
  private readonly kept = new Map<string, GPUBindGroup>();
  private readonly numbers = new WeakMap<object, number>();
  private last = 0;

  constructor(private readonly device: GPUDevice) {}

  get(pipeline: GPUComputePipeline, bindings: readonly Required<GPUBufferBinding>[], label: string): GPUBindGroup {
    let key = `${this.numberOf(pipeline)}`;
    for (const { buffer, offset, size } of bindings) key += `,${this.numberOf(buffer)},${offset},${size}`;
    const known = this.kept.get(key);
    this.kept.delete(key);
    const entries = () => bindings.map((resource, binding) => ({ binding, resource }));
    const group = known ?? this.device.createBindGroup({ label, layout: pipeline.getBindGroupLayout(0), entries: entries() });
    this.kept.set(key, group);
    if (this.kept.size > MOST_GROUPS) this.kept.delete(this.kept.keys().next().value as string);
    return group;
  }

  clear(): void {
    this.kept.clear();
  }

  /** Of an object, as long as it lives. */
  private numberOf(object: object): number {
    let number = this.numbers.get(object);
    if (number === undefined) this.numbers.set(object, (number = ++this.last));
    return number;
  }
}
