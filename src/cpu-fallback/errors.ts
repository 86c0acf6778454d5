import type { Dtype } from "../grid.js";
import type { Errors } from "../terms/measure.js";

export const UNIT = 2 ** -53;

/** Serial additions before a sum moves on to the compensated total. */
export const SERIAL = 128;

/** Binary64: terms within 16 units, runs of 128 serial additions into compensated totals. */
export const binary64Errors = (cells: number): Errors => ({ term: 16 * UNIT, sum: (Math.min(cells, SERIAL) + 2) * UNIT, floor: 2 ** -1060 });

/** Types whose terms may be taken in singles: binary32 holds them. */
export const NARROW: readonly Dtype[] = ["float32", "float16", "uint8", "int8", "uint16", "int16"];

/** Rows of so few cells, histograms of most sizes among them, keep their digits: their terms are taken in doubles. */
export const FEW_CELLS = 2048;

/** The same with terms, of which two may be added first, within 16 units of binary32. */
export const binary32Errors = (cells: number): Errors => ({ ...binary64Errors(cells), term: 2 ** -20, floor: 2 ** -148 });
