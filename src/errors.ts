/** Lengths, `shape` and `axis` disagree. Both numbers are in the fields; reshape or slice the data and call again. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
  constructor(
    message: string,
    readonly expected: number | readonly number[],
    readonly actual: number | readonly number[],
  ) {
    super(message);
  }
}

/**
 * The values are not a distribution: negative, NaN or infinite entries, or nothing to normalise.
 * `count` entries of `argument` are at fault, the first at flat index `index` (-1 when no single entry is).
 */
export class DomainError extends Error {
  override readonly name = "DomainError";
  constructor(
    message: string,
    readonly argument: string,
    readonly count: number,
    readonly index: number,
  ) {
    super(message);
  }
}

/** No usable GPU, or one that was lost or is too small. Open another backend, or use the CPU (`prefer: "cpu"`). */
export class DeviceError extends Error {
  override readonly name = "DeviceError";
  constructor(
    message: string,
    readonly reason: "unavailable" | "lost" | "limit" | "out-of-memory",
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A shader of ours did not compile: always a fault of kullback. Report it with `log` and `source`. */
export class ShaderError extends Error {
  override readonly name = "ShaderError";
  constructor(
    message: string,
    readonly label: string,
    readonly log: string,
    readonly source: string,
  ) {
    super(message);
  }
}

/** A file is not what it says it is. `offset` is the byte at which reading stopped; save the file again and retry. */
export class FormatError extends Error {
  override readonly name = "FormatError";
  constructor(
    message: string,
    readonly file: string,
    readonly offset: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Throws TypeError for what is no object of options, and for an option that is not `known`: left unread, a misspelt one would change the answer. */
export function checkOptions(name: string, options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options) || ArrayBuffer.isView(options)) {
    throw new TypeError(`${name}: options must be an object, with any of ${known.join(", ")}.`);
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw new TypeError(`${name}: unknown option "${key}"; known are ${known.join(", ")}.`);
  }
}
