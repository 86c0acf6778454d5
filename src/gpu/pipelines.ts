import type { CellsJob, Term } from "../backend.js";
import { ShaderError } from "../errors.js";
import type { ExactTerm } from "../terms/exact/measure.js";
import type { SecondTerm } from "../terms/measure.js";
import { kindOf } from "./kinds.js";
import { assemble, assembleCount, assembleDensity, assembleExact, assembleExtent, assembleFit, assembleLogits, assemblePairs, assembleTabulate } from "./shaders.js";
import type { Counts, ExactCells, Kernel, Lanes, Load } from "./shaders.js";

/** In the order of cell.wgsl. */
const ZERO_RULES = ["none", "omit", "replace", "add", "floor"];

/** Values of the `override`s of a kernel. */
export type Constants = Readonly<Record<string, number>>;

const STORAGE_READ = { type: "read-only-storage" } as const;
/** Both grids, rows or segments, parameters, what is written; where cells count differently, how much. */
const BINDINGS = [STORAGE_READ, STORAGE_READ, STORAGE_READ, { type: "uniform" }, { type: "storage" }] as const;
const COMPUTE = 0x4;

function layoutOf(device: GPUDevice, label: string, buffers: readonly GPUBufferBindingLayout[]): GPUPipelineLayout {
  const entries = buffers.map((buffer, binding) => ({ binding, visibility: COMPUTE, buffer }));
  return device.createPipelineLayout({ label, bindGroupLayouts: [device.createBindGroupLayout({ label, entries })] });
}

/** What a kernel is specialised by, but for the types of its data. */
export interface Specialised {
  readonly load: Load;
  /** p - q is formed from the mantissas. */
  readonly mantissas: boolean;
  /** Entries are looked at one by one: see cell.wgsl. */
  readonly checked: boolean;
}

/** `own`: what the kernel has beside what all have. */
export function constantsOf(own: Constants, { p, q, scales, totals, zeros, layout }: CellsJob, terms: readonly Pick<Term, "edges">[], { load, mantissas, checked }: Specialised): Constants {
  return {
    P_TYPE: kindOf(p.dtype) ?? 0,
    Q_TYPE: kindOf(q.dtype) ?? 0,
    CHECKED: checked ? 1 : 0,
    SCALED: scales || mantissas ? 1 : 0,
    NORMALIZED: totals ? 1 : 0,
    ZEROS: zeros ? ZERO_RULES.indexOf(zeros.rule) : 0,
    ZEROS_OF_P: zeros?.side === "p" ? 1 : 0,
    COUNT_INFINITE: terms.some(({ edges }) => edges.qZero === Infinity) ? 1 : 0,
    COUNT_INFINITE_Q: terms.some(({ edges }) => edges.pZero === Infinity) ? 1 : 0,
    ...own,
    ...(load === "each" && { ONE_AXIS: layout.reduced.length <= 1 ? 1 : 0 }),
  };
}

/** Compiled kernels of one device, by text and constants. */
export class Pipelines {
  private readonly layout: GPUPipelineLayout;
  private readonly countedLayout: GPUPipelineLayout;
  /** By the term's text, which is long, and by all else. */
  private readonly compiled = new Map<string, Map<string, Promise<GPUComputePipeline>>>();

  constructor(private readonly device: GPUDevice) {
    this.layout = layoutOf(device, "kullback", BINDINGS);
    this.countedLayout = layoutOf(device, "kullback counted", [...BINDINGS, STORAGE_READ]);
  }

  get(kernel: Kernel, load: Load, counts: Counts, terms: readonly Term[], constants: Constants): Promise<GPUComputePipeline> {
    const names = terms.map(({ id }) => id);
    const text = terms.map(({ wgsl }) => wgsl).join("\n");
    const layout = counts === "one" ? this.layout : this.countedLayout;
    return this.once(text, `${kernel} ${load} ${counts} ${names.join()}`, constants, () => this.compile(layout, assemble(kernel, load, counts, terms), `${names.join(", ")} ${kernel}`, constants));
  }

  getLogits(constants: Constants): Promise<GPUComputePipeline> {
    return this.once("logits", "", constants, () => this.compile(this.layout, assembleLogits(), "logits", constants));
  }

  getPairs(term: SecondTerm, constants: Constants): Promise<GPUComputePipeline> {
    return this.once(term.wgsl, "pairs", constants, () => this.compile(this.layout, assemblePairs(term), `${term.id} pairs`, constants));
  }

  getDensity(lanes: Lanes, constants: Constants): Promise<GPUComputePipeline> {
    return this.once("density", `${lanes}`, constants, () => this.compile(this.layout, assembleDensity(lanes), "density", constants));
  }

  getCount(columns: number, apart: number, constants: Constants): Promise<GPUComputePipeline> {
    return this.once("count", `${columns} ${apart}`, constants, () => this.compile(this.countedLayout, assembleCount(columns, apart), "histogram", constants));
  }

  getTabulate(id: string, wgsl: string, constants: Constants): Promise<GPUComputePipeline> {
    return this.once(wgsl, "tabulate", constants, () => this.compile(this.layout, assembleTabulate(wgsl), id, constants));
  }

  getExtent(constants: Constants): Promise<GPUComputePipeline> {
    return this.once("extent", "", constants, () => this.compile(this.layout, assembleExtent(), "extent", constants));
  }

  getFit(components: number, lanes: Lanes, term: Term, slope: Term, constants: Constants): Promise<GPUComputePipeline> {
    return this.once(`${term.wgsl}${slope.wgsl}`, `fit ${components} ${lanes}`, constants, () => this.compile(this.layout, assembleFit(components, lanes, term, slope), `${term.id} fit`, constants));
  }

  getExact(term: ExactTerm | "none", cells: ExactCells, constants: Constants): Promise<GPUComputePipeline> {
    return this.once("exact", `${term} ${cells}`, constants, () => this.compile(this.countedLayout, assembleExact(term, cells), `exact ${term}`, constants));
  }

  /** `names` tells which constants there are. */
  private once(text: string, names: string, constants: Constants, compile: () => Promise<GPUComputePipeline>): Promise<GPUComputePipeline> {
    let ofText = this.compiled.get(text);
    if (!ofText) this.compiled.set(text, (ofText = new Map()));
    const key = `${names} ${Object.values(constants).join()}`;
    const known = ofText.get(key);
    if (known) return known;
    const pipeline = compile();
    ofText.set(key, pipeline);
    pipeline.catch(() => ofText.delete(key));
    return pipeline;
  }

  private async compile(layout: GPUPipelineLayout, code: string, label: string, constants: Constants): Promise<GPUComputePipeline> {
    const { device } = this;
    const module = device.createShaderModule({ label, code });
    try {
      return await device.createComputePipelineAsync({ label, layout, compute: { module, entryPoint: "main", constants } });
    } catch (cause) {
      const { messages } = await module.getCompilationInfo();
      const log = messages.map(({ lineNum, linePos, message }) => `${lineNum}:${linePos} ${message}`).join("\n") || String(cause);
      const whose = label.startsWith("own ") ? "look at its wgsl" : "this is a fault of kullback";
      throw new ShaderError(`${label} did not compile on this device; ${whose}: ${log}`, label, log, code);
    }
  }
}
