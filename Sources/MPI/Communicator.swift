package import COpenMPI

/// The ranks that take part in a collective operation; wraps an `MPI_Comm`.
///
/// Collective methods must be called by every rank, in the same order and with the same counts:
/// a rank that skips one leaves the others waiting for ever. MPI is called from the main thread
/// only.
public struct Communicator {
  /// This process's number, in `0..<size`.
  public let rank: Int
  /// The number of ranks.
  public let size: Int
  /// For `HDF5` only, whose parallel files are opened on a communicator.
  package let handle: MPI_Comm
  /// The most elements that one MPI call gets, as MPI counts in 32 bits; tests make it smaller.
  package var partLength = Int(Int32.max)
  /// What notices when ranks wait in vain, if anything does.
  public internal(set) var watchdog: Watchdog?

  /// Whether the watchdog ends with the communicator.
  var hasOwnWatchdog = false

  /// Takes the communicator behind a handle; failures on it will be returned, not fatal.
  init(handle: MPI_Comm) throws(MPIError) {
    var rank: Int32 = 0
    var size: Int32 = 0
    try check("MPI_Comm_set_errhandler", MPI_Comm_set_errhandler(handle, MPI_ERRORS_RETURN))
    try check("MPI_Comm_rank", MPI_Comm_rank(handle, &rank))
    try check("MPI_Comm_size", MPI_Comm_size(handle, &size))
    self.rank = Int(rank)
    self.size = Int(size)
    self.handle = handle
  }

  /// Returns once every rank has called it.
  ///
  /// - Throws: ``MPIError``.
  public func barrier() throws(MPIError) {
    try run(
      "MPI_Barrier", blocking: { MPI_Barrier(handle) }, starting: { MPI_Ibarrier(handle, &$0) })
  }

  /// Makes a communicator of the same ranks whose messages cannot be taken for this one's.
  ///
  /// It has the same watchdog; what `split` makes has one of its own.
  ///
  /// - Returns: A communicator that every rank closes when done.
  /// - Throws: ``MPIError``.
  public func duplicate() throws(MPIError) -> Communicator {
    var copy: MPI_Comm? = nil
    try check("MPI_Comm_dup", MPI_Comm_dup(handle, &copy))
    var communicator = try Communicator(handle: copy ?? MPI_COMM_NULL)
    communicator.watchdog = watchdog
    return communicator
  }

  /// Puts the ranks that give the same color together.
  ///
  /// - Parameters:
  ///   - color: Which of the new communicators this rank joins; not negative.
  ///   - key: Ranks are numbered by ascending key, equal keys by their rank here.
  /// - Returns: The communicator that this rank joined; all its ranks close it when done.
  /// - Throws: ``MPIError``.
  public func split(color: Int, key: Int) throws(MPIError) -> Communicator {
    guard color >= 0, let color = Int32(exactly: color), let key = Int32(exactly: key) else {
      preconditionFailure("color \(color) or key \(key) is out of MPI's range")
    }
    var part: MPI_Comm? = nil
    try check("MPI_Comm_split", MPI_Comm_split(handle, color, key, &part))
    let communicator = try Communicator(handle: part ?? MPI_COMM_NULL)
    guard let watchdog else { return communicator }
    var watched = try communicator.watched(timeout: watchdog.timeout)
    watched.hasOwnWatchdog = true
    return watched
  }

  /// Puts the ranks of each node together, in the order that they have here.
  ///
  /// - Returns: The ranks that share this one's memory; all of them close it when done.
  /// - Throws: ``MPIError``.
  public func splitByNode() throws(MPIError) -> Communicator {
    var part: MPI_Comm? = nil
    let code = MPI_Comm_split_type(
      handle, Int32(MPI_COMM_TYPE_SHARED), 0, MPI_INFO_NULL, &part)
    try check("MPI_Comm_split_type", code)
    return try Communicator(handle: part ?? MPI_COMM_NULL)
  }

  /// Whether all ranks share one machine's memory; collective.
  ///
  /// - Returns: The same on every rank.
  /// - Throws: ``MPIError``.
  public func isOneNode() throws(MPIError) -> Bool {
    let node = try splitByNode()
    let isHere: Int32 = node.size == size ? 1 : 0
    try node.close()
    return try allReduce(isHere, .minimum) == 1
  }

  /// Gives back what `duplicate`, `split` or `splitByNode` made; collective.
  ///
  /// A communicator is a plain value with many copies, so this cannot happen by itself. No copy
  /// may be used afterwards. The communicator that `withMPI` lends is not to be closed.
  ///
  /// - Throws: ``MPIError``.
  public consuming func close() throws(MPIError) {
    if hasOwnWatchdog { try watchdog?.close() }
    var handle: MPI_Comm? = handle
    try check("MPI_Comm_free", MPI_Comm_free(&handle))
  }

  /// Names the MPI library and its version, in its own words and on one line.
  ///
  /// - Returns: As in "Open MPI v4.1.4, package: …".
  /// - Throws: ``MPIError``.
  public static func libraryVersion() throws(MPIError) -> String {
    let text = mpiText(capacity: Int(MPI_MAX_LIBRARY_VERSION_STRING)) { text, length in
      MPI_Get_library_version(text, length)
    }
    return try unwrap("MPI_Get_library_version", text)
  }

  /// Names the machine on which this rank runs.
  ///
  /// - Returns: Usually the host name.
  /// - Throws: ``MPIError``.
  public static func processorName() throws(MPIError) -> String {
    let text = mpiText(capacity: Int(MPI_MAX_PROCESSOR_NAME)) { text, length in
      MPI_Get_processor_name(text, length)
    }
    return try unwrap("MPI_Get_processor_name", text)
  }

  private static func unwrap(
    _ function: StaticString, _ text: Result<String, MPICode>
  ) throws(MPIError) -> String {
    switch text {
    case .success(let text): return text
    case .failure(let code):
      try check(function, code.value)
      return ""
    }
  }
}
