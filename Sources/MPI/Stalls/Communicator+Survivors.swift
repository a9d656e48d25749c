internal import COpenMPI

extension Communicator {
  /// Makes a communicator of the ranks that are left; all of them call this, and no lost one can.
  ///
  /// From then on the process ends without MPI's own farewell, in which the lost ranks are missing.
  ///
  /// - Parameter lost: Ranks of this communicator, the same on every rank that calls.
  /// - Returns: The others in their order, with a watchdog of the same timeout.
  /// - Throws: ``MPIError``.
  public func survivors(without lost: [Int]) throws(MPIError) -> Communicator {
    let left = (0..<size).filter { !lost.contains($0) }.map { Int32($0) }
    ranksAreLost = true
    var all: MPI_Group? = nil
    var some: MPI_Group? = nil
    var part: MPI_Comm? = nil
    try check("MPI_Comm_group", MPI_Comm_group(handle, &all))
    try check("MPI_Group_incl", MPI_Group_incl(all, Int32(left.count), left, &some))
    let tag = Int32(left.count)
    func create() throws(MPIError) {
      try check("MPI_Comm_create_group", MPI_Comm_create_group(handle, some, tag, &part))
    }
    if let watchdog {
      // Ranks that disagree about who is lost would wait for each other here.
      try watchdog.guarding("joining the ranks that are left") { () throws(MPIError) in
        try create()
      }
    } else {
      try create()
    }
    try check("MPI_Group_free", MPI_Group_free(&some))
    try check("MPI_Group_free", MPI_Group_free(&all))
    let communicator = try Communicator(handle: part ?? MPI_COMM_NULL)
    return try communicator.watched(timeout: watchdog?.timeout ?? .zero)
  }
}

/// Whether some ranks have gone, without whom MPI cannot be ended in order; set and read on the
/// main thread only.
nonisolated(unsafe) var ranksAreLost = false
