import { UNITS } from "../settings";
import type { Unit } from "../settings";
import { LOOKS } from "./marks";
import type { MethodId } from "./choices";
import type { Found, Judged, Row } from "./run";

/** What a method asks for, in a few words. */
const ASKS: Readonly<Record<MethodId, string>> = {
  kullback: "least divergence of the distribution from what its codes say of it: this library's own",
  nvidia: "least divergence, as pytorch-quantization has it",
  onnxruntime: "least divergence, as onnxruntime has it",
  mxnet: "least divergence, as MXNet has it",
  ncnn: "least divergence, as ncnn has it",
  mse: "least mean squared error (MSE) of counts in 2048 bins",
  percentile: "99.99 % of the samples within",
  minmax: "all samples within",
};

const DIGITS = 6;
const short = (value: number): string => (value === 0 ? "0" : value < 1e-3 ? value.toExponential(3) : value.toPrecision(4));
export const decibels = (sqnr: number): string => (sqnr === Infinity ? "∞" : Number.isNaN(sqnr) ? "" : sqnr.toFixed(2).replace("-", "−"));
export const percent = (share: number): string => (share === 0 ? "0 %" : `${Number((100 * share).toPrecision(3))} %`);

/** What a method made least, with its unit. */
function leastOf(method: MethodId, { divergence }: Found, unit: Unit): string {
  if (method === "percentile" || method === "minmax") return "";
  if (method === "mse") return `${short(divergence)} MSE`;
  return Number.isFinite(divergence) ? `${short(divergence / Math.log(UNITS[unit]))} ${unit}` : String(divergence).replace("Infinity", "∞");
}

const Numbers = ({ judged: { threshold, scale, zeroPoint, clipped, sqnr }, least }: { readonly judged: Judged; readonly least: string }) => (
  <>
    <td class="number">{threshold.toPrecision(DIGITS)}</td>
    <td class="number">{scale.toPrecision(DIGITS)}</td>
    <td class="number">{zeroPoint}</td>
    <td class="number">{least}</td>
    <td class="number">{percent(clipped)}</td>
    <td class="number">{decibels(sqnr)}</td>
  </>
);

/** A piece of the line that a method is drawn with. */
const Sample = ({ of }: { readonly of: MethodId | "yours" }) => <svg width={26} height={8} aria-hidden="true"><line x1={0} x2={26} y1={4} y2={4} stroke={LOOKS[of].colour} stroke-width={2} stroke-dasharray={LOOKS[of].dash} /></svg>;

interface MethodsTableProps {
  readonly rows: readonly Row[];
  readonly own: Judged | null;
  readonly unit: Unit;
}

/** What each method finds, and what it costs. */
export function MethodsTable({ rows, own, unit }: MethodsTableProps) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Table of methods">
      <table class="methods">
        <thead>
          <tr><th scope="col">method</th><th scope="col" class="number">threshold</th><th scope="col" class="number">scale</th><th scope="col" class="number">zero point</th><th scope="col" class="number">what it made least</th><th scope="col" class="number">clipped</th><th scope="col" class="number">SQNR, dB</th><th scope="col">notes</th></tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.method} data-method={row.method}>
              <th scope="row"><Sample of={row.method} /> {row.method} <small>{ASKS[row.method]}</small></th>
              {row.found ? <Numbers judged={row.found} least={leastOf(row.method, row.found, unit)} /> : <td colSpan={7}>left out: <small class="why">{row.why}</small></td>}
              {row.found && <td><small>{row.found.notes.join("; ")}</small></td>}
            </tr>
          ))}
          {own && <tr data-method="yours"><th scope="row"><Sample of="yours" /> yours</th><Numbers judged={own} least="" /><td /></tr>}
        </tbody>
      </table>
    </div>
  );
}
