interface Arrays {
  readonly p: Float32Array<ArrayBuffer>;
  readonly q: Float32Array<ArrayBuffer>;
}
interface Reader {
  readonly name: string;
  readonly ms: number;
  run(): Promise<number>;
  destroy(): void;
}

export function gpuReader(device: GPUDevice): (buffers: { readonly p: GPUBuffer; readonly q: GPUBuffer }, host: Arrays, pair: boolean) => Promise<Reader>;
