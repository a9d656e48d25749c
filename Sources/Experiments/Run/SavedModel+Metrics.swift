import Datasets
import Evaluation
import Layers
public import MPI
import Models
import Tensors

extension SavedModel {
  /// Computes metrics of the model on data of its run.
  ///
  /// - Parameters:
  ///   - names: Metrics or groups of them, in this order; the standard ones if empty.
  ///   - part: The data of the standard metrics; the others have data of their own.
  ///   - searchFolders: Folders that may hold original data files.
  ///   - world: The ranks that evaluate together; all must call this.
  ///   - announce: Is told of what takes time.
  /// - Returns: The metrics by name, without those that neither model nor data have: for unchanged settings the
  ///   standard ones are those that the run itself logged at this step.
  /// - Throws: ``RunError`` for a name that does not exist, or if nothing named can be had; `DatasetError`; `CheckpointError`.
  public func metrics(
    _ names: [String], on part: DataPart = .validation, searchFolders: [String],
    on world: Communicator, announce: (String) -> Void
  ) throws -> [(name: String, value: Double)] {
    let selection = try MetricGroup.selection(names)
    let data = try openData(searchFolders: searchFolders, on: world, announce: announce)
    let chunk = Evaluator.chunk(for: configuration.run.model)
    let loaded = try load(height: data.height, width: data.width, capacity: chunk, on: world)
    var found: [(name: String, value: Double)] = []
    for group in selection.groups {
      switch group {
      case .standard: found += try standard(loaded, data, part, on: world)
      case .knn: found += try neighbors(loaded, data, on: world)
      case .shattering: found += try shattering(loaded, data, on: world, announce)
      case .gabor: found += try receptiveFields(loaded, data, on: world)
      }
    }
    let chosen = selection.metrics.compactMap { name in found.first { $0.name == name } }
    guard !chosen.isEmpty else {
      throw RunError.noSuchMetric(names: names, known: found.map(\.name))
    }
    return chosen
  }

  private func standard(
    _ loaded: Loaded, _ data: borrowing PreparedDataset, _ part: DataPart, on world: Communicator
  ) throws -> [(name: String, value: Double)] {
    let metrics = try evaluate(loaded, data, on: part, on: world)
    let rules = ActiveLatents(configuration.run.model, dataset: configuration.run.data.name)
    let official = rules.fraction(
      kl: metrics.klPerLatent.count == metrics.importance.count ? metrics.klPerLatent : [],
      columnNorms: loaded.columnNorms)
    return metrics.named + (official.map { [("active_fraction_official", $0)] } ?? [])
  }

  private func neighbors(
    _ loaded: Loaded, _ data: borrowing PreparedDataset, on world: Communicator
  ) throws -> [(name: String, value: Double)] {
    guard data.isLabelled, data.validationCount > 2 else { return [] }
    let features = try features(loaded, data, .validation, on: world)
    let seed = configuration.run.seed
    let scores = try NearestNeighbors(features, seed: seed, on: world).scores
    return scores.enumerated().map { place, score in
      let isAll = place == scores.count - 1
      return ("knn_accuracy_\(isAll ? "all" : "\(score.labelled)")", score.mean)
    }
  }

  private func shattering(
    _ loaded: Loaded, _ data: borrowing PreparedDataset, on world: Communicator,
    _ announce: (String) -> Void
  ) throws -> [(name: String, value: Double)] {
    guard data.isLabelled else { return [] }
    let training = try features(loaded, data, .training, on: world)
    let test = try features(loaded, data, .validation, on: world)
    guard training.classes % 2 == 0, training.classes <= 16 else { return [] }
    let result = try ShatteringDimensionality(training: training, test: test, on: world)
    if result.unfinished > 0 {
      announce(
        "\(result.unfinished) of \(result.accuracies.count) logistic regressions were ended after "
          + "100 iterations, as scikit-learn's are")
    }
    return [("shattering_dimensionality", result.mean)]
  }

  private func receptiveFields(
    _ loaded: Loaded, _ data: borrowing PreparedDataset, on world: Communicator
  ) throws -> [(name: String, value: Double)] {
    guard let dictionary = loaded.dictionary else { return [] }
    let fields = try ReceptiveFields(
      dictionary, height: data.height, width: data.width, on: world)
    let good = fields.fits.compactMap { $0 }.filter(\.isGood)
    func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
    return [("gabor_share", fields.goodShare), ("gabor_explained", fields.meanExplained)]
      + (good.isEmpty
        ? []
        : [
          ("gabor_frequency", median(good.map(\.frequency))),
          ("gabor_aspect", median(good.map(\.aspect))),
        ])
  }

  private func features(
    _ loaded: Loaded, _ data: borrowing PreparedDataset, _ part: DataPart, on world: Communicator
  ) throws -> Features {
    let count = part == .validation ? data.validationCount : data.trainingCount
    var labels = [UInt8](repeating: 0, count: count)
    try labels.withUnsafeMutableBufferPointer {
      try part == .validation
        ? data.readValidationLabels(rows: 0..<count, into: $0)
        : data.readTrainingLabels(rows: 0..<count, into: $0)
    }
    return try Features(
      loaded.model, loaded.pass, plan: plan(samples: count), labels: labels, on: world
    ) { try part.read(data, $0, $1) }
  }
}

extension SavedModel.Loaded {
  /// The matrix of a linear decoder, elements as columns, shape [pixels, values of a code].
  var dictionary: Matrix? { model.decoder.linear.map { pass[$0.weight].valueMatrix } }

  /// The Euclidean norms of a linear decoder's columns.
  var columnNorms: [Double]? {
    dictionary.map { dictionary in
      let sums = AlignedBuffer<Double>(count: dictionary.columns, repeating: 0)
      dictionary.addColumnSquareSums(to: sums.elements)
      return sums.elements.map { $0.squareRoot() }
    }
  }
}
