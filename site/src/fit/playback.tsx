import { useEffect, useState } from "preact/hooks";

/** Milliseconds between two pictures, and how long all of them take at most. */
const BETWEEN = 80;
const WHOLE = 4000;

const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export interface Playback {
  readonly at: number;
  readonly isPlaying: boolean;
  readonly play: () => void;
  readonly pause: () => void;
  /** From the first step on, for those who want motion. */
  readonly again: () => void;
}

/** Steps up to the last, played by themselves when `what` changes; those who want little motion are shown the last. `fixed` is the step that an address names. */
export function usePlayback(what: unknown, last: number, fixed: number | null): Playback {
  const fresh = () => (isCalm() ? { what, at: Infinity, isPlaying: false } : { what, at: 0, isPlaying: true });
  const [state, setState] = useState(fresh);
  // what was not played yet begins anew, before it is first drawn
  const now = state.what === what ? state : fresh();
  const isPlaying = fixed === null && now.isPlaying && now.at < last;
  useEffect(() => {
    if (!isPlaying) return;
    const stride = Math.max(Math.ceil((last * BETWEEN) / WHOLE), 1);
    const timer = setTimeout(() => setState({ what, at: Math.min(now.at + stride, last), isPlaying: true }), Math.max(BETWEEN, Math.min(WHOLE / 10 / last, 400)));
    return () => clearTimeout(timer);
  }, [what, now.at, isPlaying, last]);
  const at = Math.min(fixed ?? now.at, last);
  return { at, isPlaying, play: () => setState({ what, at: at >= last ? 0 : at, isPlaying: true }), pause: () => setState({ what, at, isPlaying: false }), again: () => setState(fresh()) };
}

interface StepsProps {
  readonly playback: Playback;
  readonly last: number;
  /** Another step is chosen; `null`: they go on by themselves. */
  readonly go: (step: number | null) => void;
}

/** Where one is among the steps; to be moved, played and halted. */
export function Steps({ playback: { at, isPlaying, play, pause }, last, go }: StepsProps) {
  const toggle = () => {
    if (isPlaying) return pause();
    go(null);
    play();
  };
  return (
    <div class="steps">
      <button type="button" onClick={toggle} disabled={last === 0} aria-label={isPlaying ? "pause the steps" : "play the steps"}>{isPlaying ? "pause" : "play"}</button>
      <input type="range" min={0} max={last} value={at} disabled={last === 0} aria-label="step" onInput={({ currentTarget: { valueAsNumber } }) => go(valueAsNumber)} />
      <output>step {at} of {last}</output>
    </div>
  );
}
