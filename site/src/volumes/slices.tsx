import { useEffect, useRef } from "preact/hooks";
import type { Answer } from "./measure";
import { ACROSS, drawSlice } from "./slice";
import type { Cell, Look } from "./slice";

/** Axes by what they are called. */
export const AXES = ["z", "y", "x"] as const;

interface SlicesProps {
  readonly answer: Answer;
  readonly at: Cell;
  readonly look: Look;
  readonly go: (to: Cell) => void;
}

/** Three slices through one cell, each across one axis: whichever is moved, the others follow. */
export function Slices(props: SlicesProps) {
  return <div class="slices">{AXES.map((name, axis) => <Slice key={name} axis={axis} {...props} />)}</div>;
}

function Slice({ answer, at, look, go, axis }: SlicesProps & { readonly axis: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { shape } = answer;
  const [rows, columns] = ACROSS[axis];
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context) drawSlice(context, answer, axis, at[axis], look);
  }, [answer, at[axis], look.map, look.level]);
  const pick = (event: PointerEvent) => {
    if (event.buttons === 0) return;
    const { left, top, width, height } = (event.currentTarget as Element).getBoundingClientRect();
    const next: [number, number, number] = [...at];
    const cell = (share: number, length: number) => Math.min(Math.max(Math.floor(share * length), 0), length - 1);
    next[rows] = cell(1 - (event.clientY - top) / height, shape[rows]);
    next[columns] = cell((event.clientX - left) / width, shape[columns]);
    go(next);
  };
  const share = (of: number) => `${(100 * (at[of] + 0.5)) / shape[of]}%`;
  return (
    <div class="slice">
      <div class="picture" onPointerDown={pick} onPointerMove={pick}>
        <canvas ref={canvas} width={shape[columns]} height={shape[rows]} role="img" aria-label={`slice ${at[axis]} across ${AXES[axis]}: ${AXES[rows]} upwards, ${AXES[columns]} to the right`} />
        <span class="across" style={{ bottom: share(rows) }} /><span class="along" style={{ left: share(columns) }} />
      </div>
      <label>
        {AXES[axis]} <input type="range" min={0} max={shape[axis] - 1} value={at[axis]} aria-label={`slice across ${AXES[axis]}`} onInput={({ currentTarget: { valueAsNumber } }) => go(at.with(axis, valueAsNumber) as unknown as Cell)} /> <output>{at[axis]}</output>
      </label>
    </div>
  );
}
