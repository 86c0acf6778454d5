import type { BackendInfo, Contributions, Detail, DetailArray, GeneralizedDetail, GeneralizedDetailArray, LabelContributions, LogitComparison, NearestDetail, PairDetail, Top } from "../index.js";

export interface Result {
  readonly measure: string;
  readonly detail: Known;
}

/** What a measure of one or two distributions tells, or one of more. */
type Known = Detail | DetailArray | GeneralizedDetail | GeneralizedDetailArray;

const isArray = (detail: Known): detail is DetailArray | GeneralizedDetailArray => typeof detail.value !== "number";

/** JSON has no Infinity. */
export function jsonNumber(value: number | Float64Array): number | string | (number | string)[] {
  if (typeof value !== "number") return Array.from(value, (each) => jsonNumber(each) as number | string);
  return Number.isFinite(value) ? value : String(value);
}

/** The results as one JSON object, or as a table. */
export function printResults(results: readonly Result[], info: BackendInfo, json: boolean): void {
  const [{ detail: first }] = results;
  if (json) {
    console.log(JSON.stringify({
      results: results.map(({ measure, detail }) => ({
        measure, value: jsonNumber(detail.value), unit: detail.unit, errorBound: jsonNumber(detail.errorBound),
        ...("discretizationError" in detail && detail.discretizationError !== undefined && { discretizationError: jsonNumber(detail.discretizationError) }), precision: detail.precision,
      })),
      ...("zeros" in first && first.zeros && { zeros: { policy: first.zeros.policy, cells: jsonNumber(first.zeros.cells), mass: jsonNumber(first.zeros.mass) } }),
      backend: first.backend,
      adapter: first.backend === "webgpu" ? info.adapter : null,
      cells: first.cells,
      ...("totalP" in first && { totalP: jsonNumber(first.totalP), totalQ: jsonNumber(first.totalQ) }),
      elapsedMs: results.reduce((total, { detail }) => total + detail.elapsedMs, 0),
    }));
    return;
  }
  for (const { measure, detail } of results) {
    const listOf = (of: number | Float64Array | undefined) => (typeof of === "number" ? [of] : [...(of ?? [])]);
    const [bounds, discretization] = [listOf(detail.errorBound), listOf("discretizationError" in detail ? detail.discretizationError : undefined)];
    listOf(detail.value).forEach((value, i) => {
      const name = isArray(detail) ? `${measure}[${i}]` : measure;
      const rule = i in discretization ? `, and ${discretization[i].toExponential(1)} or so of the rule` : "";
      console.log(`${name.padEnd(20)} ${String(value).padStart(22)} ± ${bounds[i].toExponential(1)} ${detail.unit}${rule}`);
    });
  }
  if ("zeros" in first && first.zeros && typeof first.zeros.cells === "number") console.log(`zeros: ${first.zeros.policy} touched ${first.zeros.cells} cells with ${first.zeros.mass} of P`);
  console.log(`${first.cells} cells on ${first.backend}: ${first.reason}`);
}

/** What parts contribute, each by its place or label, as one JSON object or as a table. */
export function printContributions(measure: string, part: string, parts: Contributions | LabelContributions, json: boolean): void {
  const { data, errorBound, unit } = parts;
  if (json) {
    const of = "labels" in parts ? { labels: parts.labels, cells: Array.from(parts.cells) } : { shape: parts.shape };
    console.log(JSON.stringify({ measure, part, ...of, contributions: jsonNumber(data), errorBounds: jsonNumber(errorBound), unit }));
    return;
  }
  const nameOf = (i: number) => ("labels" in parts ? String(parts.labels[i]) : placeIn(parts.shape, i).join(","));
  data.forEach((value, i) => console.log(`${`${part} ${nameOf(i)}`.padEnd(20)} ${String(value).padStart(22)} ± ${errorBound[i].toExponential(1)} ${unit}`));
}

/** The cells that contribute most, the largest first, as one JSON object or as a table. */
export function printTop(measure: string, { data, indices, positions }: Top, json: boolean): void {
  if (json) console.log(JSON.stringify({ measure, contributions: jsonNumber(data), indices: Array.from(indices), positions }));
  else data.forEach((value, i) => console.log(`${`cell ${positions[i].join(",")}`.padEnd(20)} ${String(value).padStart(22)}`));
}

/** A matrix, or its condensed form, as one JSON object, or a line a row with tabs between. */
export function printMatrix(measure: string, { data, errorBound, shape, unit, precision, backend }: PairDetail, json: boolean): void {
  if (json) {
    console.log(JSON.stringify({ measure, unit, shape, values: jsonNumber(data), errorBounds: jsonNumber(errorBound), precision, backend }));
    return;
  }
  const width = shape[shape.length - 1];
  for (let at = 0; at < data.length; at += width) console.log(Array.from(data.subarray(at, at + width), String).join("\t"));
}

/** The nearest rows of each row, as one JSON object or as a table. */
export function printNearest(measure: string, { data, errorBound, indices, shape, unit, precision, backend }: NearestDetail, json: boolean): void {
  if (json) {
    console.log(JSON.stringify({ measure, unit, shape, indices: Array.from(indices), values: jsonNumber(data), errorBounds: jsonNumber(errorBound), precision, backend }));
    return;
  }
  const [, top] = shape;
  data.forEach((value, at) => console.log(`${`row ${Math.floor(at / top)} to ${indices[at]}`.padEnd(20)} ${String(value).padStart(22)} ± ${errorBound[at].toExponential(1)} ${unit}`));
}

/** What rows of logits say together, as one JSON object with every row or as a table. */
export function printLogits(measure: string, { values, errorBounds, mean, standardError, quantiles, top1Agreement, largest, unit, backend, reason }: LogitComparison, json: boolean): void {
  if (json) {
    const summary = { rows: values.length, mean: jsonNumber(mean), standardError: jsonNumber(standardError), quantiles: Object.fromEntries(Object.entries(quantiles).map(([level, value]) => [level, jsonNumber(value)])), top1Agreement, largest: { ...largest, value: jsonNumber(largest.value) } };
    console.log(JSON.stringify({ measure, unit, ...summary, values: jsonNumber(values), errorBounds: jsonNumber(errorBounds), backend }));
    return;
  }
  const line = (name: string, text: string) => console.log(`${name.padEnd(20)} ${text}`);
  line(`mean ${measure}`, `${mean} ± ${standardError.toExponential(1)} ${unit}, the standard error of ${values.length} rows`);
  for (const [level, value] of Object.entries(quantiles)) line(`${Number((Number(level) * 100).toFixed(1))} %`, `${value} ${unit}`);
  line("largest", `${largest.value} ${unit} in row ${largest.row}`);
  line("same class first", `${(top1Agreement * 100).toFixed(3)} %`);
  console.log(`on ${backend}: ${reason}`);
}

/** The position of a cell, slowest axis first. */
function placeIn(shape: readonly number[], index: number): readonly number[] {
  return shape.map((size, i) => Math.floor(index / shape.slice(i + 1).reduce((n, inner) => n * inner, 1)) % size);
}

export function printInfo(info: BackendInfo, version: string, json: boolean): void {
  const { kind, adapter, software, reason, faults } = info;
  if (json) {
    console.log(JSON.stringify({ version, node: process.version, backend: kind, adapter, software, reason, faults }));
    return;
  }
  console.log(`kullback ${version}, Node ${process.version}\nbackend  ${kind}${adapter ? `, ${adapter}` : ""}\nbecause  ${reason}`);
  for (const fault of faults) console.log(`but      ${fault}`);
}
