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

  /// What is wrong with the file as a whole, if anything is: of its bytes at least one has changed,
  /// perhaps between the datasets.
  public let damage: CheckpointError?

  /// Whether every byte is as it was written.
  public var isIntact: Bool { damage == nil && entries.allSatisfy(\.isIntact) }

  /// Reads a whole checkpoint, on this process alone.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - evenIfDamaged: Whether a file whose bytes have changed is read all the same, to say what in it
  ///     has: HDF5 may fall over it.
  /// - Throws: ``CheckpointError`` where it cannot be opened or listed; damage to elements is then no
  ///   error but told by ``isIntact``.
  public init(of path: String, evenIfDamaged: Bool = false) throws(CheckpointError) {
    let reading = try CheckpointReading(path, isSealed: !evenIfDamaged)
    var damage: CheckpointError?
    do throws(CheckpointError) { try CheckpointSeal.check(path) } catch { damage = error }
    self.damage = damage
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
