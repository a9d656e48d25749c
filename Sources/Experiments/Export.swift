import Checkpoints
public import Exchange
import Layers
import Tensors

/// The parameters of a trained model, read from a checkpoint for other programs.
///
/// Names are those of the checkpoint with dots for slashes, `encoder.weight`, which no Python
/// program mistakes for a path; shapes and elements are as they were saved.
public struct Export {
  /// A kind of file.
  public enum Format: String, CaseIterable, Sendable {
    /// See `SafetensorsFile`.
    case safetensors
    /// See `NPZFile`.
    case npz

    /// Finds the format by the end of a file's name; `nil` where it is of none.
    ///
    /// - Parameter path: The file.
    public init?(path: String) {
      guard let format = Format.allCases.first(where: { path.hasSuffix(".\($0.rawValue)") }) else {
        return nil
      }
      self = format
    }
  }

  /// The checkpoint.
  public let path: String
  /// What the files say of the parameters, by name: where the run stood, how it was configured, and
  /// what its evaluation depends on beside the parameters.
  public let metadata: [(name: String, text: String)]
  private let layout: ParameterLayout
  private let values: AlignedBuffer<Float>

  /// Reads a checkpoint, on this process alone.
  ///
  /// - Parameters:
  ///   - path: A checkpoint, or a run's folder, of which the newest valid one is taken.
  ///   - warn: Is told of damaged files that were passed over.
  /// - Throws: ``RunError`` if there is none; `CheckpointError` if it is damaged.
  public init(_ path: String, warn: (String) -> Void) throws {
    let path = try SavedModel.checkpoint(of: path, warn: warn)
    let state = try CheckpointContents(of: path).state
    let limit = try Checkpoint.readStatistics(path)["event_limit"]?.first.map {
      try SavedNumbers.eventLimit($0, path: path)
    }
    (layout, values) = try Checkpoint.readParameters(path)
    self.path = path
    let digest = Checkpoint.parametersDigest(layout, UnsafeBufferPointer(values.elements))
    metadata =
      [
        ("shoal_version", state.shoalVersion), ("configuration", state.configuration),
        ("seed", "\(state.seed)"), ("step", "\(state.step)"), ("epoch", "\(state.epoch)"),
        ("parameters_sha256", digest),
      ] + (limit.map { [("event_limit", "\($0)")] } ?? [])
  }

  /// Writes the parameters; a file of that name is replaced at once.
  ///
  /// - Parameters:
  ///   - output: The file.
  ///   - format: Its format.
  /// - Throws: `ExchangeError`; the file that had the name is then as it was.
  public func write(to output: String, as format: Format) throws(ExchangeError) {
    defer { withExtendedLifetime(values) {} }
    let arrays = layout.entries.map { entry in
      NamedArray(
        entry.name.replacing("/", with: "."), shape: entry.shape,
        elements: UnsafeBufferPointer(values.view(entry.range)))
    }
    switch format {
    case .safetensors: try SafetensorsFile.write(arrays, metadata: metadata, to: output)
    case .npz: try NPZFile.write(arrays, texts: metadata, to: output)
    }
  }

  /// One line about what was exported.
  public var summary: String {
    "\(layout.entries.count) arrays, \(layout.parameterCount) numbers, of \(path)"
  }
}
