/** What a quantiser stores: types by name. */
export type Target = "int8" | "uint8" | "int4" | "uint4" | "fp8-e4m3" | "fp8-e5m2";

/** A quantiser, without its scale. */
export interface Quantizer {
  /** Bits of an integer type; 8 where vendors ask and the caller named levels. */
  readonly bits: number;
  readonly isUnsigned: boolean;
  /** Smallest and largest code of an integer type; `null` for floats, which have no zero point. */
  readonly codes: readonly [number, number] | null;
  /** What stands for the threshold. */
  readonly largest: number;
  /** Magnitudes that it tells apart, in units of the largest: from 0 to 1, rising. */
  readonly magnitudes: Float64Array;
}

const even = (levels: number) => Float64Array.from({ length: levels }, (_, i) => i / (levels - 1));

/** A float type of eight bits, as the Open Compute Project has them: so many codes from 0 on are finite. */
function floats(mantissaBits: number, bias: number, codes: number): Quantizer {
  const values = Float64Array.from({ length: codes }, (_, code) => {
    const exponent = code >> mantissaBits;
    const fraction = (code & (2 ** mantissaBits - 1)) / 2 ** mantissaBits;
    return exponent === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (exponent - bias);
  });
  const largest = values[codes - 1];
  return { bits: 8, isUnsigned: false, codes: null, largest, magnitudes: values.map((value) => value / largest) };
}

const integers = (bits: number, isUnsigned: boolean): Quantizer => {
  const largest = isUnsigned ? 2 ** bits - 1 : 2 ** (bits - 1) - 1;
  return { bits, isUnsigned, codes: isUnsigned ? [0, largest] : [-largest - 1, largest], largest, magnitudes: even(largest + 1) };
};

const TARGETS: Readonly<Record<Target, () => Quantizer>> = {
  int8: () => integers(8, false),
  uint8: () => integers(8, true),
  int4: () => integers(4, false),
  uint4: () => integers(4, true),
  // 0x7f is NaN, 0x7c and beyond infinite and NaN
  "fp8-e4m3": () => floats(3, 7, 127),
  "fp8-e5m2": () => floats(2, 15, 124),
};

/** A quantiser by its type or by how many magnitudes it tells apart. */
export function quantizerOf(name: string, target: Target | undefined, levels: number | undefined): Quantizer {
  if (levels === undefined) {
    const make = TARGETS[target ?? "int8"];
    if (!make) throw new RangeError(`${name}: target "${String(target)}" must be one of ${Object.keys(TARGETS).join(", ")}.`);
    return make();
  }
  if (target !== undefined) throw new RangeError(`${name}: give target or levels.`);
  if (!(Number.isInteger(levels) && levels >= 2 && levels <= 2 ** 20)) throw new RangeError(`${name}: levels ${levels} must be an integer from 2 to 2^20.`);
  return { bits: 8, isUnsigned: false, codes: [-levels + 1, levels - 1], largest: levels - 1, magnitudes: even(levels) };
}

/** Where one magnitude begins to be the nearest, from the second on: halfway between two. */
export function boundariesOf({ magnitudes }: Quantizer): Float64Array {
  return Float64Array.from({ length: magnitudes.length - 1 }, (_, i) => (magnitudes[i] + magnitudes[i + 1]) / 2);
}
