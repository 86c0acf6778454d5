import { useEffect, useRef, useState } from "preact/hooks";
import type { Answer } from "./measure";

/** Draws the volume in three dimensions, once it is asked for: the viewer is larger than the rest of the page. */
export function VolumeView({ answer }: { readonly answer: Answer }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [isAsked, setIsAsked] = useState(false);
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (!isAsked || !canvas.current) return;
    let isOver = false;
    let end: (() => void) | undefined;
    setSaid("loading the viewer…");
    import("./niivue").then(({ show }) => show(canvas.current as HTMLCanvasElement, answer)).then(
      (close) => { end = close; setSaid(""); if (isOver) close(); },
      (error: Error) => setSaid(`The volume cannot be drawn here: ${error.message}`),
    );
    return () => { isOver = true; end?.(); };
  }, [isAsked, answer]);
  return (
    <section aria-label="Volume">
      <h2>As a volume</h2>
      {isAsked
        ? <div class="volume"><canvas ref={canvas} role="img" aria-label="what each cell adds, as a volume" tabIndex={0} /></div>
        : <button type="button" onClick={() => setIsAsked(true)}>draw the map as a volume</button>}
      <p class="ran" role="status">{said || (isAsked ? "From violet to yellow: how much each cell adds. Drag to turn it, scroll to cut it open. Drawn by NiiVue." : "With NiiVue, the viewer of neuroimaging in the browser: 0.8 MB that are loaded now.")}</p>
    </section>
  );
}
