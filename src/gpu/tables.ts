import { USAGE } from "./device.js";

/** What is kept at most while nobody uses it. */
const MOST_TABLES = 64;
/** Longer ones are rarely the same again. */
const LONGEST = 1024;

/** A small buffer whose bytes nobody changes, with how many use it. */
export interface Table {
  readonly buffer: GPUBuffer;
  readonly key: string;
  users: number;
}

/** Bytes as text; `apply` takes an array as it is, where a spread goes through it one by one. */
function keyOf(bytes: ArrayBuffer, usage: number): string {
  return String.fromCharCode.apply(null, new Uint16Array(bytes) as ArrayLike<number> as number[]) + usage;
}

/** Uniforms and tables of rows by their content: calls on the same grids share them. */
export class Tables {
  /** The one least recently used first. */
  private readonly kept = new Map<string, Table>();
  private open = true;

  constructor(private readonly device: GPUDevice) {}

  take(bytes: ArrayBuffer, usage: typeof USAGE.UNIFORM | typeof USAGE.STORAGE, label: string): Table {
    const key = bytes.byteLength > LONGEST ? "" : keyOf(bytes, usage);
    const known = this.kept.get(key);
    if (known) {
      this.kept.delete(key);
      this.kept.set(key, known);
      known.users += 1;
      return known;
    }
    const buffer = this.device.createBuffer({ label, size: bytes.byteLength, usage: usage | USAGE.COPY_DST });
    this.device.queue.writeBuffer(buffer, 0, bytes);
    const table = { buffer, key, users: 1 };
    if (key && this.open) this.kept.set(key, table);
    return table;
  }

  give(table: Table): void {
    table.users -= 1;
    if (table.users > 0) return;
    if (this.kept.get(table.key) !== table) table.buffer.destroy();
    for (const [key, { buffer, users }] of this.kept) {
      if (this.kept.size <= MOST_TABLES) break;
      if (users > 0) continue;
      this.kept.delete(key);
      buffer.destroy();
    }
  }

  /** Frees what nobody uses, and the rest when it is given back. */
  destroy(): void {
    this.open = false;
    for (const { buffer, users } of this.kept.values()) if (users === 0) buffer.destroy();
    this.kept.clear();
  }
}
