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
  ///   - part: The data of the standard metrics and of amortisation; the others have data of their
  ///     own.
  ///   - searchFolders: Folders that may hold original data files.
  ///   - world: The ranks that evaluate together; all must call this.
  ///   - announce: Is told of what takes time.
  /// - Returns: The metrics by name, without those that neither model nor data have: for unchanged
  ///   settings the standard ones are those that the run itself logged at this step.
  /// - Throws: ``RunError`` for a name that does not exist, or if nothing named can be had;
  ///   `DatasetError`; `CheckpointError`.
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
      case .gabor: found += try receptiveFields(loaded, data, on: world, announce)
      case .amortization: found += try amortization(loaded, data, part, on: world)
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
    var metrics = try evaluate(loaded, data, on: part, on: world)
    metrics.countActive(of: configuration.run, dictionary: loaded.dictionary)
    return metrics.named
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
    guard training.classes % 2 == 0, training.classes <= 16, test.classes <= training.classes
    else { return [] }
    let result = try ShatteringDimensionality(training: training, test: test, on: world)
    if result.unfinished > 0 {
      announce(
        "\(result.unfinished) of \(result.accuracies.count) logistic regressions were ended after "
          + "100 iterations, as scikit-learn's are")
    }
    return [("shattering_dimensionality", result.mean)]
  }

  private func receptiveFields(
    _ loaded: Loaded, _ data: borrowing PreparedDataset, on world: Communicator,
    _ announce: (String) -> Void
  ) throws -> [(name: String, value: Double)] {
    guard let dictionary = loaded.dictionary else { return [] }
    var saidAt = monotonicSeconds()
    let fitted = try ReceptiveFields.fit(
      dictionary, height: data.height, width: data.width, on: world
    ) { done, total in
      guard monotonicSeconds() - saidAt >= ProgressDisplay.plainInterval else { return }
      announce(WorkProgress("Gabor fits", done, of: total).line())
      saidAt = monotonicSeconds()
    }
    guard let fields = fitted else { return [] }
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

  /// LCA on the dictionary with its columns brought to norm 1, as λ weighs all elements alike only
  /// then: on images as they are, and on images of mean 0 and variance 1, as the published code has
  /// it.
  private func amortization(
    _ loaded: Loaded, _ data: borrowing PreparedDataset, _ part: DataPart, on world: Communicator
  ) throws -> [(name: String, value: Double)] {
    guard let dictionary = loaded.dictionary else { return [] }
    var model = configuration.run.model
    model.family = .lca
    model.latents = dictionary.columns
    var found: [(name: String, value: Double)] = []
    let bias = loaded.decoderBias
    for (threshold, isNormalized) in MetricGroup.amortizations {
      model.sparseCoding.threshold = threshold
      model.sparseCoding.normalizeInputs = isNormalized
      let coder = SparseCoder(model, height: data.height, width: data.width)
      let count = coder.layout.parameters.count
      let pass = NetworkPass(
        parameters: AlignedBuffer(count: count, repeating: 0),
        gradients: AlignedBuffer(count: count, repeating: 0),
        activations: Activations(
          coder.layout.activations, capacity: Evaluator.chunk(for: configuration.run.model)))
      let columns = Matrix(
        pass.parameters.view(0..<dictionary.elements.count), rows: dictionary.rows,
        columns: dictionary.columns)
      columns.copy(dictionary)
      let factors = AlignedBuffer<Double>(count: columns.columns, repeating: 0)
      SparseCoder.normalizeColumns(columns, factors: factors.elements)
      let metrics = try evaluate(
        Loaded(model: coder, pass: pass, eventLimit: 0), data, on: part, less: bias, on: world)
      let names = MetricGroup.amortizationNames(threshold, isNormalized: isNormalized)
      found += zip(names, [metrics.mse, metrics.lifetimeSparsity]).map { ($0, $1) }
    }
    return found
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
  var dictionary: Matrix? { model.dictionary.map { pass[$0].valueMatrix } }

  /// What a linear decoder adds to each image, if anything.
  var decoderBias: [Float]? {
    (model as? Autoencoder)?.decoder.linear?.bias.map { Array(pass[$0].value) }
  }
}
