import Datasets
import Evaluation
import MPI
import Tensors

extension SavedModel {
  /// What a model shows on the data of its run, as far as they are there.
  struct Parts {
    var metrics: EvaluationMetrics?
    var data: DataFacts?
    var pictures: RunPictures
    var fields: ReceptiveFields?
    var missing: [String] = []
  }

  /// Evaluates the model and lets it draw.
  ///
  /// - Parameters:
  ///   - searchFolders: Folders that may hold original data files.
  ///   - world: The ranks that evaluate together; all must call this.
  ///   - announce: Is told of what takes time.
  /// - Returns: What the model shows; without data its dictionary and samples of its prior alone.
  /// - Throws: What is wrong with the checkpoint, but not that data are missing.
  func parts(
    searchFolders: [String], on world: Communicator, announce: (String) -> Void
  ) throws -> Parts {
    let problem = try dataProblem(searchFolders: searchFolders, on: world, announce: announce)
    guard problem == nil else {
      let side = configuration.run.data.name.imageSide
      let loaded = try load(height: side, width: side, capacity: RunPictures.shown, on: world)
      let reason =
        "Metrics of each latent, reconstructions and the data's origin are not shown, since they need the data: "
      let pictures = pictures(loaded, inputs: nil)
      return Parts(
        pictures: pictures, fields: try fields(pictures, on: world),
        missing: [reason + (problem ?? "")])
    }
    let data = try openData(searchFolders: searchFolders, on: world, announce: announce)
    let chunk = Evaluator.chunk(for: configuration.run.model)
    let loaded = try load(height: data.height, width: data.width, capacity: chunk, on: world)
    let evaluator = try evaluator(loaded, data, on: .validation, on: world)
    let metrics = try evaluator.evaluate(
      loaded.model, loaded.pass, step: step, eventLimit: loaded.eventLimit)
    let pictures = pictures(loaded, inputs: evaluator.firstSamples(RunPictures.shown))
    return Parts(
      metrics: metrics, data: DataFacts(data), pictures: pictures,
      fields: try fields(pictures, on: world))
  }

  /// Why a rank, and so all, cannot use the data.
  private func dataProblem(
    searchFolders: [String], on world: Communicator, announce: (String) -> Void
  ) throws -> String? {
    var problem: String?
    do {
      _ = try openData(searchFolders: searchFolders, on: world, announce: announce)
    } catch let error as DatasetError {
      problem = error.description
    }
    // What one rank lacks none can do without: the others would wait for it in the next sum.
    let failures = try world.allReduce(Int64(problem == nil ? 0 : 1), .sum)
    return failures == 0 ? nil : problem ?? "another rank cannot read them"
  }

  private func pictures(_ loaded: Loaded, inputs: Matrix?) -> RunPictures {
    RunPictures(
      loaded.model, loaded.pass, configuration.run, step: step, eventLimit: loaded.eventLimit,
      inputs: inputs)
  }

  private func fields(
    _ pictures: RunPictures, on world: Communicator
  ) throws -> ReceptiveFields? {
    try pictures.dictionary?.withMatrix {
      try ReceptiveFields.fit(
        $0, height: pictures.height, width: pictures.width,
        limit: ReceptiveFields.quickCount(pixels: $0.rows), on: world)
    }
  }
}
