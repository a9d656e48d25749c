internal import Digests
internal import Files
internal import Foundation
internal import HDF5
public import MPI

/// A prepared data set, open for reading: samples as rows of `Float`, in two parts.
///
/// Layout of the file: `/train/images` and `/validation/images`, shape [samples, height·width],
/// `/train/labels` and `/validation/labels` of 8 bits where the data have labels; attributes of
/// the root `format_version`, `name`, `height`, `width`, `energy_train`, `energy_validation`,
/// `provenance`, `data_sha256`, `notes`. In front of HDF5's own bytes lies a seal as in
/// checkpoints. Reading is collective over the ranks of the communicator it was opened on.
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
  /// Which samples and labels these are, and what they were made from.
  public let digest: DataDigest
  /// What is to be said of the data whenever they are used: a line each.
  public let notes: [String]
  private let file: File

  static let seal = FileSeal(content: "Shoal prepared data")

  /// Opens a prepared file and checks that every byte of it is as it was written.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - communicator: The ranks that read together, all of which call this; `nil` for this
  ///     process alone.
  ///   - isVerified: Whether ``prepare(_:searchFolders:output:on:announce:)`` has just looked at
  ///     the bytes.
  /// - Throws: ``DatasetError`` if there is no such file, or it is not a whole prepared data set.
  public init(
    _ path: String, on communicator: Communicator?, isVerified: Bool = false
  ) throws(DatasetError) {
    if !isVerified {
      var verified = VerifiedFiles(besides: path)
      try PreparedDataset.checkSeal(path, &verified)
    }
    try self.init(unchecked: path, on: communicator)
  }

  /// Opens a prepared file whose bytes are looked at unless they were before.
  init(_ path: String, _ verified: inout VerifiedFiles) throws(DatasetError) {
    try PreparedDataset.checkSeal(path, &verified)
    try self.init(unchecked: path, on: nil)
  }

  /// Compares a file with its seal, unless it looks as it did when that was last done.
  private static func checkSeal(
    _ path: String, _ verified: inout VerifiedFiles
  ) throws(DatasetError) {
    if verified.isIntact(path) { return }
    guard FileManager.default.fileExists(atPath: path) else {
      throw .unreadable(path: path, reason: "no such file")
    }
    try DatasetError.checkIsFile(path)
    let stamp = try VerifiedFiles.stamp(path)
    let verdict: FileSeal.Verdict
    do throws(DigestError) {
      verdict = try seal.check(path)
    } catch {
      throw .unreadable(path: path, reason: error.reason)
    }
    switch verdict {
    // Of version 0.1; what HDF5 can tell of its damage has to do.
    case .unsealed: return
    case .intact(let digest): verified.note(path, stamp, sha256: digest)
    case .broken, .tooShort:
      let kind = FileKind.name(ofFileAt: path)
      throw .damaged(
        path: path,
        reason: "not a whole prepared data set: "
          + (kind == FileKind.prepared
            ? "its bytes are not those that its first line was written for; "
              + "remove it, and it is made anew"
            : "it is \(kind)"))
    }
  }

  /// What is to be said of a file of version 0.1.
  private static func sealNotes(_ path: String) -> [String] {
    // Whoever opens the file next says if it cannot be read.
    if (try? seal.isOn(path)) != false { return [] }
    return [
      "\(path): prepared by version 0.1, without a seal over its bytes: damage cannot be seen; "
        + "remove it to have it made anew"
    ]
  }

  private init(unchecked path: String, on communicator: Communicator?) throws(DatasetError) {
    let sealNotes = PreparedDataset.sealNotes(path)
    let file: File
    do throws(HDF5Error) {
      // The seal vouches for all bytes of those that have one.
      if !sealNotes.isEmpty { try GlobalHeap.check(path) }
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
    digest = DataDigest(
      samples: contents.samplesDigest,
      origin: Provenance.parse(contents.provenance).map(\.digest) ?? "")
    notes = contents.notes + sealNotes
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
