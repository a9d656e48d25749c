internal import COpenMPI

/// A reduction that was started and goes on while the caller computes.
///
/// The buffer that it was started on must stay alive, and is neither to be read nor written,
/// until `wait()` returns or `test()` gives true. A request that is dropped is waited for, since
/// the library may still be writing to the buffer.
public struct Request: ~Copyable {
  /// The only part of nearly every buffer; the others are apart so that it needs no array.
  private var first: MPI_Request?
  private var others: [MPI_Request?] = []

  /// How many calls to MPI the buffer took.
  package private(set) var partCount = 0

  /// Makes a request with nothing left to do.
  init() { first = MPI_REQUEST_NULL }

  /// Takes over one more part of the operation.
  mutating func add(_ part: MPI_Request?) {
    if partCount == 0 { first = part } else { others.append(part) }
    partCount += 1
  }

  /// Waits until the operation is complete.
  ///
  /// - Throws: ``MPIError``; the contents of the buffer are then unspecified.
  public consuming func wait() throws(MPIError) { try finish() }

  /// Looks whether the operation is complete, and lets the library work on it.
  ///
  /// Open MPI has no thread of its own that would drive an operation: between two calls of this
  /// kind little of it happens.
  ///
  /// - Returns: Whether the buffer may be used again.
  /// - Throws: ``MPIError``; the contents of the buffer are then unspecified.
  public mutating func test() throws(MPIError) -> Bool {
    var done: Int32 = 0
    try check("MPI_Test", MPI_Test(&first, &done, MPI_STATUS_IGNORE))
    var isComplete = done != 0
    for index in others.indices {
      try check("MPI_Test", MPI_Test(&others[index], &done, MPI_STATUS_IGNORE))
      isComplete = isComplete && done != 0
    }
    return isComplete
  }

  private mutating func finish() throws(MPIError) {
    try check("MPI_Wait", MPI_Wait(&first, MPI_STATUS_IGNORE))
    for index in others.indices {
      try check("MPI_Wait", MPI_Wait(&others[index], MPI_STATUS_IGNORE))
    }
  }

  deinit {
    var first = first
    var others = others
    MPI_Wait(&first, MPI_STATUS_IGNORE)
    for index in others.indices { MPI_Wait(&others[index], MPI_STATUS_IGNORE) }
  }
}
