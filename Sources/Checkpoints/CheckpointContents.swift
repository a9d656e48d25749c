internal import Digests
internal import HDF5
internal import Tensors

/// What is in a checkpoint, found out without knowing its model.
public struct CheckpointContents: Sendable {
  /// One dataset.
  public struct Entry: Equatable, Sendable {
    /// The path within the file: `/parameters/encoder/weight`.
    public let path: String
    /// Extents.
    public let shape: [Int]
    /// The elements' type: `float32`, `float64`.
    public let type: String
    /// The checksum that was written with it.
    public let sha256: String
    /// Whether its bytes have that checksum.
    public let isIntact: Bool
  }

  /// What it holds besides vectors.
  public let state: CheckpointState
  /// The datasets, in the order in which the model lists them.
  public let entries: [Entry]
  /// One digest over all parameters, as ``Checkpoint/parametersDigest(_:_:)`` gives it.
  public let parametersDigest: String

  /// Whether all elements are as they were written.
  public var isIntact: Bool { entries.allSatisfy(\.isIntact) }

  /// Reads a whole checkpoint, on this process alone.
  ///
  /// Of a file whose seal does not hold nothing is read: which of its bytes have changed cannot be
  /// known. In one of earlier versions, without a seal, elements that have changed are told by
  /// ``isIntact``.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``CheckpointError`` where it cannot be opened or listed, or its seal does not hold.
  public init(of path: String) throws(CheckpointError) {
    let reading = try CheckpointReading(path)
    let parameters = SHA256()
    var entries: [Entry] = []
    for entry in reading.listing.entries {
      let elements = AlignedBuffer<UInt8>(count: entry.byteCount, repeating: 0)
      defer { withExtendedLifetime(elements) {} }
      let bytes = UnsafeMutableRawBufferPointer(elements.elements)
      let digest = try reading.digest(entry, into: bytes)
      if entry.parameterName != nil { parameters.update(UnsafeRawBufferPointer(bytes)) }
      entries.append(
        Entry(
          path: entry.path, shape: entry.shape, type: entry.type.rawValue, sha256: entry.sha256,
          isIntact: digest == entry.sha256))
    }
    state = reading.listing.state
    self.entries = entries
    parametersDigest = parameters.finalize()
  }
}
