internal import COpenMPI

/// All-reduces that go on while their caller computes, and are finished in the order of their
/// start.
///
/// Every rank starts and finishes the same ones. Nothing is allocated after the initialiser.
public final class PendingReductions {
  // A class because whoever starts them is not who finishes them; MPI keeps the places of requests.
  private let communicator: Communicator
  private let requests: UnsafeMutableBufferPointer<MPI_Request?>
  private var started = 0
  private var finished = 0

  /// Makes room for reductions.
  ///
  /// - Parameters:
  ///   - communicator: The ranks that take part; its watchdog notices when some do not come.
  ///   - capacity: The most that are under way at once.
  public init(on communicator: Communicator, capacity: Int) {
    self.communicator = communicator
    requests = .allocate(capacity: capacity)
    requests.initialize(repeating: MPI_REQUEST_NULL)
  }

  // What is under way may still write to its buffer when nobody waits for it any more, as after the
  // loss of a rank; its request then stays.
  deinit { if started == finished { requests.deallocate() } }

  /// Starts to replace every element of `buffer` by its reduction over all ranks.
  ///
  /// - Parameters:
  ///   - buffer: As many elements on every rank, at most 2³¹ − 1; not to be touched until it is
  ///     finished.
  ///   - operation: What becomes of the ranks' values.
  /// - Throws: ``MPIError``.
  public func start<S: MPIScalar>(
    _ buffer: UnsafeMutableBufferPointer<S>, _ operation: Reduction
  ) throws(MPIError) {
    if started == finished { (started, finished) = (0, 0) }
    precondition(started < requests.count, "more than \(requests.count) reductions")
    precondition(buffer.count <= Int(Int32.max), "\(buffer.count) elements")
    started += 1
    guard communicator.size > 1 else { return }
    try check(
      "MPI_Iallreduce",
      MPI_Iallreduce(
        MPI_IN_PLACE, buffer.baseAddress, Int32(buffer.count), S.kind.handle, operation.handle,
        communicator.handle, &requests[started - 1]))
  }

  /// Lets the library work on what is under way.
  ///
  /// Open MPI has no thread of its own that would: between two calls of this kind little happens.
  ///
  /// - Throws: ``MPIError``.
  public func progress() throws(MPIError) {
    guard started > finished, communicator.size > 1 else { return }
    var isDone: Int32 = 0
    try check("MPI_Test", MPI_Test(&requests[finished], &isDone, MPI_STATUS_IGNORE))
  }

  /// Waits for the reduction that was started first of those that are not finished.
  ///
  /// - Throws: ``MPIError``, with ``MPIError/isStall`` where the communicator has a watchdog and a
  ///   rank does not come; the buffer's contents are then unspecified.
  public func finishNext() throws(MPIError) {
    precondition(finished < started, "nothing is under way")
    if communicator.size > 1 {
      if let watchdog = communicator.watchdog {
        try watchdog.wait(for: &requests[finished], "MPI_Iallreduce")
      } else {
        try check("MPI_Wait", MPI_Wait(&requests[finished], MPI_STATUS_IGNORE))
      }
    }
    finished += 1
  }
}
