import { useState } from "preact/hooks";
import { useAnswer } from "../ask";
import { Busy } from "../busy";
import type { Where } from "../jobs";
import type { Outcome, Reproduced } from "./reproduce";

/** The known digests, made anew in this browser when the visitor asks for it. */
export function Reproduction({ where }: { readonly where: Where }) {
  // as it was when the button was pressed: a later change begins nothing
  const [run, setRun] = useState<{ readonly turn: number; readonly where: Where } | null>(null);
  const { answer, step, isBusy, error, notice, cancel } = useAnswer("reproduce", run, run?.where ?? where, String(run?.turn));
  const shown = isBusy || error ? step : answer;
  return (
    <section aria-label="Reproduce">
      <h2>Reproduce the known bits</h2>
      <p>
        The project’s conformance suite knows what eight measures come out as in exact precision, on pairs that are hard on purpose, to the last bit: a digest of all values and bounds of each case stands in its code. The button computes them in this browser, on the CPU and, where there is WebGPU, on the GPU, a software one too.
        A case is ✓ if its bits make the known digest, and each value and bound holds against arithmetic of hundreds of bits, done here as well. Then this device computes the very bits that every other one does.
      </p>
      <button type="button" disabled={isBusy} onClick={() => setRun({ turn: (run?.turn ?? 0) + 1, where })}>Reproduce</button>
      <Busy isBusy={isBusy} cancel={cancel} share={step ? step.done / step.total : null} what={step ? `${step.done} of ${step.total} cases` : "loading"} error={error} notice={notice} />
      {shown && <Cases reproduced={shown} />}
      {shown && !isBusy && !error && <Verdict reproduced={shown} />}
    </section>
  );
}

function Cases({ reproduced: { rows, gpu } }: { readonly reproduced: Reproduced }) {
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label="Table of digests">
        <table>
          <thead><tr><th scope="col">what</th><th scope="col">known digest</th><th scope="col">CPU</th><th scope="col">GPU</th></tr></thead>
          <tbody>{rows.map(({ what, digest, cpu, gpu: onGpu }) => <tr key={what}><th scope="row">{what}</th><td><code>{digest}</code></td><Result outcome={cpu} /><Result outcome={onGpu} /></tr>)}</tbody>
        </table>
      </div>
      <p class="ran">GPU: {"missing" in gpu ? `not here (${gpu.missing})` : `${gpu.adapter}${gpu.software ? ", a software adapter: the GPU’s program, run by the CPU" : ""}`}</p>
    </>
  );
}

function Result({ outcome }: { readonly outcome: Outcome }) {
  if (outcome === "right") return <td class="more">✓</td>;
  if (typeof outcome === "object") return <td class="less">✗ <small>{outcome.wrong}</small></td>;
  return <td>{outcome === "absent" ? "not here" : "…"}</td>;
}

function Verdict({ reproduced: { rows, gpu, elapsedMs } }: { readonly reproduced: Reproduced }) {
  const outcomes = rows.flatMap((row) => [row.cpu, row.gpu]).filter((outcome) => outcome !== "absent");
  const wrong = outcomes.filter((outcome) => typeof outcome === "object").length;
  const where = "missing" in gpu ? "on the CPU" : "on the CPU and on the GPU";
  return (
    <p role="status" class="note">
      {wrong === 0 ? `All ${rows.length} digests came out as known, ${where}: the same bits on every device.` : `${wrong} of ${outcomes.length} came out otherwise: that is a fault of this browser, of its GPU or of kullback. Please report it with this table.`} It took {(elapsedMs / 1000).toFixed(1)} s.
    </p>
  );
}
