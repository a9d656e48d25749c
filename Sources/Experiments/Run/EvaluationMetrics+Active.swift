import Datasets
import Evaluation
import Models
import Tensors

extension EvaluationMetrics {
  /// Counts active latents by the published rules for the run's model and data.
  ///
  /// - Parameters:
  ///   - run: The run's settings.
  ///   - dictionary: The matrix of a linear decoder, shape [pixels, values of a code].
  mutating func countActive(of run: RunConfiguration, dictionary: Matrix?) {
    guard !run.model.family.isSparseCoding else { return }
    let norms = dictionary.map { dictionary in
      let sums = AlignedBuffer<Double>(count: dictionary.columns, repeating: 0)
      dictionary.addColumnSquareSums(to: sums.elements)
      return sums.elements.map { $0.squareRoot() }
    }
    activeFractionOfficial = ActiveLatents(run.model, dataset: run.data.name)
      .fraction(kl: klPerLatent, columnNorms: norms)
  }
}
