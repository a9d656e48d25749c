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
    ranksAreLost = true
    let left = (0..<size).filter { !lost.contains($0) }
    return try subgroup(left).watched(timeout: watchdog?.timeout ?? .zero)
  }

  /// Makes a communicator of some ranks; only these call this.
  ///
  /// - Parameter ranks: Ranks of this communicator, this one among them; the same on every rank that calls.
  /// - Returns: These ranks in this order, without a watchdog; all of them close it when done.
  /// - Throws: ``MPIError``.
  public func subgroup(_ ranks: [Int]) throws(MPIError) -> Communicator {
    precondition(ranks.contains(rank), "rank \(rank) is not among \(ranks)")
    let numbers = ranks.map { Int32($0) }
    var all: MPI_Group? = nil
    var some: MPI_Group? = nil
    var part: MPI_Comm? = nil
    try check("MPI_Comm_group", MPI_Comm_group(handle, &all))
    try check("MPI_Group_incl", MPI_Group_incl(all, Int32(numbers.count), numbers, &some))
    // Groups that are made at the same time are told apart by their first rank and size.
    let tag = (numbers[0] &* 64 &+ Int32(numbers.count)) & 0x7fff
    func create() throws(MPIError) {
      try check("MPI_Comm_create_group", MPI_Comm_create_group(handle, some, tag, &part))
    }
    if let watchdog {
      // Ranks that disagree about who takes part would wait for each other here.
      try watchdog.guarding("joining other ranks") { () throws(MPIError) in try create() }
    } else {
      try create()
    }
    try check("MPI_Group_free", MPI_Group_free(&some))
    try check("MPI_Group_free", MPI_Group_free(&all))
    return try Communicator(handle: part ?? MPI_COMM_NULL)
  }
}

extension Communicator {
  /// Lets this process end without MPI's own farewell, as some ranks that are not of this communicator are gone.
  public static func expectNoFarewell() { ranksAreLost = true }
}

/// Whether some ranks have gone, without whom MPI cannot be ended in order; set and read on the
/// main thread only.
nonisolated(unsafe) var ranksAreLost = false
