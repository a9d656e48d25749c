import Checkpoints
import DataParallel
import Datasets
import Evaluation
import Foundation
import Layers
public import MPI
import Models
import Tensors

/// A trained model, read from a checkpoint to be used.
public struct SavedModel {
  /// The checkpoint.
  public let path: String
  /// The settings of the run that wrote it.
  public let configuration: ResolvedConfiguration
  private let state: CheckpointState
  /// Updates that the model had seen.
  public var step: Int { state.step }
  private let runFolder: String

  /// Finds the checkpoint that a path means and reads what it says of itself.
  ///
  /// - Parameters:
  ///   - path: A checkpoint, or a run's folder, of which the newest valid one is taken.
  ///   - overrides: Words `key.path=value`, such as another place of the data.
  ///   - world: The ranks that want the model; all must call this.
  ///   - warn: Is told of damaged files that were passed over.
  /// - Throws: ``RunError`` if there is none; `CheckpointError`; ``ConfigurationError``.
  public init(
    _ path: String, overrides: [String], on world: Communicator, warn: (String) -> Void
  ) throws {
    let found = try textFromFirstRank(world) { try SavedModel.checkpoint(of: path, warn: warn) }
    self.path = found
    state = try Checkpoint.readState(found, on: world)
    configuration = try ResolvedConfiguration(
      saved: state.configuration, source: found, overrides: overrides)
    runFolder = SavedModel.runFolder(of: found)
    for note in try Kernels.prepare(for: configuration.run, on: world) {
      warn("warning: \(note)")
    }
  }

  /// The folder of the run that a checkpoint lies in; for one that was copied elsewhere, one below
  /// the current folder, beside which prepared data are then looked for.
  private static func runFolder(of checkpoint: String) -> String {
    let parent = URL(fileURLWithPath: checkpoint).deletingLastPathComponent()
    let folder = parent.deletingLastPathComponent().path
    let isInRun = FileManager.default.fileExists(atPath: RunFolder(folder).configuration)
    return isInRun && parent.lastPathComponent == "checkpoints" ? folder : "run"
  }

  /// The checkpoint that a path means: itself, the one that a file `best` names, or the newest
  /// whole one of a run's folder.
  static func checkpoint(of path: String, warn: (String) -> Void) throws -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw RunError.noCheckpoint(path: path, damaged: [])
    }
    guard isFolder.boolValue else {
      let file = URL(fileURLWithPath: path)
      guard file.lastPathComponent == "best" else { return path }
      let folder = CheckpointFolder(path: file.deletingLastPathComponent().path, keep: 1)
      guard let best = try folder.best() else {
        throw RunError.noCheckpoint(path: path, damaged: [])
      }
      return best
    }
    var damaged: [String] = []
    for candidate in try CheckpointFolder(path: "\(path)/checkpoints", keep: 1).checkpoints() {
      do {
        let contents = try CheckpointContents(of: candidate)
        if contents.isIntact { return candidate }
        damaged.append("\(candidate): a checksum does not hold")
      } catch {
        damaged.append("\(error)")
      }
      damaged.last.map { warn("warning: passed over \($0)") }
    }
    throw RunError.noCheckpoint(path: path, damaged: damaged)
  }

  /// A part of a run's data.
  public enum DataPart: Sendable {
    /// What the model did not learn from.
    case validation
    /// What it learned from.
    case training

    /// Reads samples.
    func read(
      _ data: borrowing PreparedDataset, _ rows: Range<Int>,
      _ samples: UnsafeMutableBufferPointer<Float>
    ) throws(DatasetError) {
      switch self {
      case .validation: try data.readValidation(rows: rows, into: samples)
      case .training: try data.readTraining(rows: rows, into: samples)
      }
    }
  }

  /// Opens the data of the run, and says where they are others than it was trained on.
  func openData(
    searchFolders: [String], on world: Communicator, announce: (String) -> Void
  ) throws -> PreparedDataset {
    let data = try RunData.open(
      configuration.run.data, runFolder: runFolder, searchFolders: searchFolders, on: world,
      announce: announce
    ) { announce("warning: \($0)") }
    let comparison = DataComparison(data, state)
    if comparison.verdict == .other {
      announce(
        "warning: \(path) was trained on \(comparison.expected), and is evaluated on other data: "
          + comparison.found)
    } else if let note = comparison.note {
      announce("warning: \(note)")
    }
    return data
  }

  /// How samples are cut up for an evaluation.
  func plan(samples: Int) -> EvaluationPlan {
    EvaluationPlan(
      samples: samples, shards: configuration.run.reduction.shards,
      chunk: Evaluator.chunk(for: configuration.run.model))
  }

  /// Reads what this rank evaluates the model on, less an offset of each image where one is given.
  func evaluator(
    _ loaded: Loaded, _ data: borrowing PreparedDataset, on part: DataPart,
    less offset: [Float]? = nil, on world: Communicator
  ) throws -> Evaluator {
    let run = configuration.run
    let samples = part == .validation ? data.validationCount : data.trainingCount
    return try Evaluator(
      loaded.model, counts: run.model.evaluationCounts, seed: run.seed,
      plan: plan(samples: samples),
      on: world
    ) { rows, images in
      try part.read(data, rows, images)
      guard let offset else { return }
      for i in images.indices { images[i] -= offset[i % offset.count] }
    }
  }

  /// Evaluates the model; collective.
  func evaluate(
    _ loaded: Loaded, _ data: borrowing PreparedDataset, on part: DataPart,
    less offset: [Float]? = nil, on world: Communicator
  ) throws -> EvaluationMetrics {
    try evaluator(loaded, data, on: part, less: offset, on: world).evaluate(
      loaded.model, loaded.pass, step: state.step, eventLimit: loaded.eventLimit)
  }

  /// A model with its parameters, to be used.
  struct Loaded {
    let model: any ImageModel
    let pass: NetworkPass
    /// The most arrivals that were drawn at the checkpoint's step.
    let eventLimit: Int
  }

  /// Reads the parameters.
  ///
  /// - Parameters:
  ///   - height: Rows of an image.
  ///   - width: Columns of an image.
  ///   - capacity: The most samples that the model will be given at once.
  ///   - world: The ranks that want the model; all must call this.
  /// - Returns: The model, ready to be used.
  /// - Throws: `ModelError`; `CheckpointError`.
  func load(
    height: Int, width: Int, capacity: Int, on world: Communicator
  ) throws -> Loaded {
    let model = try configuration.run.model.model(height: height, width: width)
    let layout = model.layout.parameters
    let parameters = AlignedBuffer<Float>(count: layout.count, repeating: 0)
    let statistics = RunCheckpoints.statistics(layout)
    _ = try Checkpoint.read(
      path,
      into: RunCheckpoints.vectors(
        parameters: parameters, optimizer: nil, statistics: statistics),
      layout: layout, momentsAreWanted: false, on: world)
    let pass = NetworkPass(
      parameters: parameters, gradients: AlignedBuffer(count: layout.count, repeating: 0),
      activations: Activations(model.layout.activations, capacity: capacity))
    let limit = try SavedNumbers.eventLimit(statistics.elements[0], path: path)
    return Loaded(model: model, pass: pass, eventLimit: limit)
  }
}
