import { Word } from "../word";

/** When which direction is the one to take. */
export function Which() {
  return (
    <section aria-label="Which to use when">
      <h2>Which to use when</h2>
      <p>
        Forward <Word of="kl-divergence">KL</Word>, D(target ‖ model), is minimised by <Word of="maximum-likelihood">maximum likelihood</Word>: it fits a model to data, and samples of the target are all it needs.
        A model that is too simple <Word of="mode-covering">covers every mode</Word>, and what lies between them too.
        Reverse KL, D(model ‖ target), is what <Word of="variational-inference">variational inference</Word> minimises, and reinforcement learning with an entropy term: it needs samples of the model, and of the target only its density up to a constant factor.
        It <Word of="mode-seeking">seeks a mode</Word>, leaves the others out, and tends to understate the variance.
        Forward is infinite where the model is 0 and the target is not: never for normals, soon for histograms.
        Reverse is infinite where the target is 0 and the model is not: for normals, in any empty cell.{" "}
        <Word of="jensen-shannon">Jensen-Shannon</Word> stands between the two, and is never infinite.
        If the family holds the target, both directions have the same best answer, and their divergence there is 0.
      </p>
    </section>
  );
}
