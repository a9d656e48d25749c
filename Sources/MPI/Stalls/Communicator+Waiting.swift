internal import COpenMPI

extension Communicator {
  /// Gives a copy of this communicator that notices when ranks do not come; collective.
  ///
  /// - Parameter timeout: How long an operation may stand still; zero for ever.
  /// - Returns: The same ranks; collectives on it throw an error with ``MPIError/isStall``.
  /// - Throws: ``MPIError``.
  public func watched(timeout: Duration) throws(MPIError) -> Communicator {
    var copy = self
    copy.watchdog = try Watchdog(over: handle, rank: rank, size: size, timeout: timeout)
    return copy
  }

  /// Runs one collective operation, in pieces where there is a watchdog and somebody to wait for.
  ///
  /// - Parameters:
  ///   - function: Its name, for errors.
  ///   - block: The call that returns when it is complete.
  ///   - start: The call that starts it.
  /// - Throws: ``MPIError``.
  func run(
    _ function: StaticString, blocking block: () -> Int32,
    starting start: (inout MPI_Request?) -> Int32
  ) throws(MPIError) {
    guard let watchdog, size > 1 else { return try check(function, block()) }
    var request: MPI_Request? = MPI_REQUEST_NULL
    try check(function, start(&request))
    try watchdog.wait(for: &request, function)
  }
}
