import { useRef, useState } from "preact/hooks";

/** What the highest bin is drawn as. */
export const HIGHEST = 100;

interface DrawFieldProps {
  readonly label: string;
  /** Of each bin from 0 to `HIGHEST`. */
  readonly heights: readonly number[];
  readonly change: (heights: readonly number[]) => void;
  readonly colour: string;
}

const clamped = (value: number, most: number) => Math.min(Math.max(value, 0), most);
const STEP = 5;

/** Bins whose heights are drawn with a pointer, or by arrows: left and right choose a bin, up and down set it. */
export function DrawField({ label, heights, change, colour }: DrawFieldProps) {
  const [bin, setBin] = useState(Math.floor(heights.length / 2));
  const last = useRef<readonly [bin: number, height: number] | null>(null);
  const count = heights.length;

  const placeOf = ({ clientX, clientY, currentTarget }: PointerEvent): readonly [number, number] => {
    const { left, top, width, height } = (currentTarget as Element).getBoundingClientRect();
    return [clamped(Math.floor((count * (clientX - left)) / width), count - 1), clamped(Math.round(HIGHEST * (1 - (clientY - top) / height)), HIGHEST)];
  };
  /** Bins between two moments of the pointer lie on a line between them. */
  const paint = (event: PointerEvent) => {
    const [to, height] = placeOf(event);
    const [from, before] = last.current ?? [to, height];
    last.current = [to, height];
    setBin(to);
    const steps = Math.max(Math.abs(to - from), 1);
    const next = [...heights];
    for (let i = 0; i <= steps; i++) next[from + Math.round(((to - from) * i) / steps)] = Math.round(before + ((height - before) * i) / steps);
    if (next.some((one) => one > 0)) change(next);
  };
  const press = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const at = clamped(bin + move[0], count - 1);
    setBin(at);
    const next = heights.with(at, clamped(heights[at] + move[1], HIGHEST));
    if (move[1] !== 0 && next.some((one) => one > 0)) change(next);
  };
  return (
    <svg
      class="draw" viewBox={`0 0 ${count} ${HIGHEST}`} preserveAspectRatio="none" tabindex={0} role="slider" aria-label={`${label}: draw, or use the arrow keys`}
      aria-valuemin={0} aria-valuemax={HIGHEST} aria-valuenow={heights[bin] ?? 0} aria-valuetext={`bin ${bin + 1} of ${count}: ${heights[bin]}`}
      onPointerDown={(event) => { event.currentTarget.setPointerCapture(event.pointerId); last.current = null; paint(event); }}
      onPointerMove={(event) => { if (event.buttons > 0) paint(event); }}
      onKeyDown={press}
    >
      {heights.map((height, i) => <rect key={i} x={i} y={HIGHEST - height} width={1} height={height} fill={colour} fill-opacity={i === bin ? 1 : 0.7} />)}
    </svg>
  );
}
