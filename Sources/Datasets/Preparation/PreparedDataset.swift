internal import HDF5
public import MPI

/// A prepared data set, open for reading: samples as rows of `Float`, in two parts.
///
/// Layout of the file: `/train/images` and `/validation/images`, shape [samples, height·width],
/// `/train/labels` and `/validation/labels` of 8 bits where the data have labels; attributes of
/// the root `format_version`, `name`, `height`, `width`, `energy_train`, `energy_validation`,
/// `provenance`. Reading is collective over the ranks of the communicator it was opened on.
public struct PreparedDataset: ~Copyable {
  /// Where the file lies.
  public let path: String
  /// The name of the data set.
  public let name: String
  /// Pixels down.
  public let height: Int
  /// Pixels across.
  public let width: Int
  /// Number of training samples.
  public let trainingCount: Int
  /// Number of validation samples.
  public let validationCount: Int
  /// Mean of ‖x‖² over the training samples: the error of an all-zero reconstruction.
  public let trainingEnergy: Double
  /// Mean of ‖x‖² over the validation samples.
  public let validationEnergy: Double
  /// Whether samples have labels.
  public let isLabelled: Bool
  /// Where the samples come from, as JSON: options, original files with SHA-256, split.
  public let provenance: String
  private let file: File

  /// Opens a prepared file and checks that all of it is there.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - communicator: The ranks that read together, all of which call this; `nil` for this
  ///     process alone.
  /// - Throws: ``DatasetError`` if there is no such file, or it is not a whole prepared data set.
  public init(_ path: String, on communicator: Communicator?) throws(DatasetError) {
    try DatasetError.checkIsFile(path)
    let file: File
    do throws(HDF5Error) {
      try GlobalHeap.check(path)
      file = try File.open(path, on: communicator)
    } catch {
      if error.exitCode == 66 { throw .unreadable(path: path, reason: "no such file") }
      throw PreparedDataset.damage(path, error)
    }
    let contents = try Contents(file)
    self.path = path
    name = contents.name
    height = contents.height
    width = contents.width
    trainingCount = contents.counts.training
    validationCount = contents.counts.validation
    trainingEnergy = contents.energies.training
    validationEnergy = contents.energies.validation
    isLabelled = contents.isLabelled
    provenance = contents.provenance
    self.file = file
  }

  /// Pixels of a sample.
  public var pixels: Int { height * width }

  /// Reads training samples; collective.
  ///
  /// - Parameters:
  ///   - rows: Sample numbers, this rank's; may be empty.
  ///   - samples: Receives shape [rows, pixels].
  /// - Throws: ``DatasetError``.
  public func readTraining(
    rows: Range<Int>, into samples: UnsafeMutableBufferPointer<Float>
  ) throws(DatasetError) {
    try read(.training, "images", rows, samples)
  }

  /// Reads validation samples; collective.
  ///
  /// - Parameters:
  ///   - rows: Sample numbers, this rank's; may be empty.
  ///   - samples: Receives shape [rows, pixels].
  /// - Throws: ``DatasetError``.
  public func readValidation(
    rows: Range<Int>, into samples: UnsafeMutableBufferPointer<Float>
  ) throws(DatasetError) {
    try read(.validation, "images", rows, samples)
  }

  /// Reads labels of training samples, where there are any; collective.
  ///
  /// - Parameters:
  ///   - rows: Sample numbers, this rank's; may be empty.
  ///   - labels: Receives one label a row.
  /// - Throws: ``DatasetError``.
  public func readTrainingLabels(
    rows: Range<Int>, into labels: UnsafeMutableBufferPointer<UInt8>
  ) throws(DatasetError) {
    precondition(isLabelled, "\(name) has no labels")
    try read(.training, "labels", rows, labels)
  }

  /// Reads labels of validation samples, where there are any; collective.
  ///
  /// - Parameters:
  ///   - rows: Sample numbers, this rank's; may be empty.
  ///   - labels: Receives one label a row.
  /// - Throws: ``DatasetError``.
  public func readValidationLabels(
    rows: Range<Int>, into labels: UnsafeMutableBufferPointer<UInt8>
  ) throws(DatasetError) {
    precondition(isLabelled, "\(name) has no labels")
    try read(.validation, "labels", rows, labels)
  }

  /// Closes the file; collective.
  ///
  /// - Throws: ``DatasetError``.
  public consuming func close() throws(DatasetError) {
    let file = file
    do throws(HDF5Error) {
      try file.close()
    } catch {
      throw .storage(error)
    }
  }

  private func read<S: HDF5Scalar>(
    _ part: Part, _ what: String, _ rows: Range<Int>, _ elements: UnsafeMutableBufferPointer<S>
  ) throws(DatasetError) {
    try storing { () throws(HDF5Error) in
      let dataset = try file.dataset("/\(part.rawValue)/\(what)")
      try dataset.read(rows: rows, into: elements)
      try dataset.close()
    }
  }

  static func damage(_ path: String, _ error: HDF5Error) -> DatasetError {
    .damaged(
      path: path,
      reason: "not a whole prepared data set: \(error.text) (\(error.function))")
  }
}
