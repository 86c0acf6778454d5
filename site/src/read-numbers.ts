import { csvParseRows } from "d3-dsv";
import { openGrid } from "kullback/io";

/** Numbers of a file under a name; of images how many pixels have which intensity. */
export interface Column {
  readonly name: string;
  readonly values: Float64Array;
  readonly counted?: { readonly from: number; readonly to: number; readonly counts: Uint32Array };
  /** What the cells of a `.npy` or NIfTI file are. */
  readonly dtype?: string;
}

/** Bytes beyond which text and images are not read: they take many times that in memory. */
const MOST_BYTES = 2 ** 28;
const IMAGE = /\.(png|jpe?g|webp|gif|bmp|avif)$/i;
const GRID = /\.(npy|nii|nii\.gz)$/i;
const LEVELS = 256;
/** What a pixel's red, green and blue are of its intensity: ITU-R BT.601. */
const LUMA = [0.299, 0.587, 0.114] as const;

/**
 * Reads what numbers a file holds: `.npy` and NIfTI all their cells, `.csv` and other text one column each (those that hold a number in most rows), images the intensities of their pixels.
 *
 * @throws Error with a message for the visitor.
 */
export async function readNumbers(file: File): Promise<{ readonly columns: readonly Column[] }> {
  if (GRID.test(file.name)) {
    const { data, dtype } = await openGrid(file);
    const values = data instanceof BigInt64Array || data instanceof BigUint64Array ? Float64Array.from(data, Number) : new Float64Array(data);
    return { columns: [{ name: file.name, values: dtype === "float16" ? values.map(halfOf) : values, dtype }] };
  }
  if (file.size > MOST_BYTES) throw new RangeError(`${file.name} has ${Math.round(file.size / 2 ** 20)} MiB; text and images are read up to ${MOST_BYTES / 2 ** 20} MiB. Save numbers as .npy.`);
  return { columns: IMAGE.test(file.name) ? [await readImage(file)] : readText(file.name, await file.text()) };
}

/** The number whose bits as a half float these are. */
function halfOf(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >>> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction > 0 ? NaN : sign * Infinity;
  return sign * (exponent > 0 ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
}

async function readImage(file: File): Promise<Column> {
  const bitmap = await createImageBitmap(file).catch(() => { throw new RangeError(`${file.name}: this browser cannot read it as an image.`); });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new RangeError(`${file.name}: ${width} × ${height} pixels are more than this browser draws.`);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  const counts = new Uint32Array(LEVELS);
  for (let i = 0; i < data.length; i += 4) counts[Math.round(LUMA[0] * data[i] + LUMA[1] * data[i + 1] + LUMA[2] * data[i + 2])]++;
  return { name: "intensity", values: new Float64Array(0), counted: { from: 0, to: LEVELS, counts } };
}

function readText(name: string, text: string): Column[] {
  const rows = csvParseRows(text.trim().replaceAll(/[\t;]|(?<=\S) +(?=\S)/g, ",")).filter((row) => row.some((cell) => cell.trim() !== ""));
  const numberOf = (cell: string | undefined) => (cell === undefined || cell.trim() === "" ? NaN : Number(cell));
  // one line of numbers, or one number a line
  const table = rows.length === 1 ? rows[0].map((cell) => [cell]) : rows;
  const width = table.reduce((most, row) => Math.max(most, row.length), 0);
  const head = table.length > 1 && table[0].every((cell) => Number.isNaN(numberOf(cell))) ? table[0] : null;
  const body = head ? table.slice(1) : table;
  const columns = Array.from({ length: width }, (_, j): Column => ({ name: head?.[j]?.trim() || `column ${j + 1}`, values: Float64Array.from(body, (row) => numberOf(row[j])) }));
  const filled = columns.filter(({ values }) => values.reduce((count, value) => count + Number(!Number.isNaN(value)), 0) > values.length / 2);
  if (filled.length === 0) throw new RangeError(`${name}: no column of it holds numbers.`);
  return filled;
}
