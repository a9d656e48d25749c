internal import COpenMPI

extension Communicator {
  /// Gives every rank the number of one.
  private func broadcast(_ number: Int64, from root: Int) throws(MPIError) -> Int64 {
    let place = UnsafeMutablePointer<Int64>.allocate(capacity: 1)
    place.initialize(to: number)
    try broadcast(UnsafeMutableBufferPointer(start: place, count: 1), from: root)
    defer { place.deallocate() }
    return place.pointee
  }

  /// Gives every rank the text of one.
  ///
  /// - Parameters:
  ///   - text: Matters on `root` only.
  ///   - root: The rank whose text is sent, the same on every rank.
  /// - Returns: The text of `root`.
  /// - Throws: ``MPIError``.
  public func broadcast(_ text: String, from root: Int) throws(MPIError) -> String {
    let length = Int(try broadcast(Int64(text.utf8.count), from: root))
    // What MPI works on is given back only after a success: else it may write to it later.
    let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: length)
    bytes.initialize(repeating: 0)
    if rank == root { _ = bytes.update(fromContentsOf: Array(text.utf8)) }
    try broadcast(bytes, from: root)
    defer { bytes.deallocate() }
    return rank == root ? text : String(decoding: bytes, as: UTF8.self)
  }

  /// Gives every rank the texts of all.
  ///
  /// - Parameter text: This rank's text, of any length; all together less than 2 GiB.
  /// - Returns: The texts in the order of their ranks.
  /// - Throws: ``MPIError``.
  public func allGather(_ text: String) throws(MPIError) -> [String] {
    let bytes = Array(text.utf8)
    let longest = try allReduce(Int64(bytes.count), .maximum)
    precondition(longest <= Int64(Int32.max) / Int64(size), "texts of \(longest) bytes")
    // Places that do not move, and that are given back only after a success: else MPI may write to
    // them later.
    let counts = UnsafeMutableBufferPointer<Int32>.allocate(capacity: 2 * size)
    counts.initialize(repeating: 0)
    counts[rank] = Int32(bytes.count)
    try allReduce(UnsafeMutableBufferPointer(rebasing: counts[..<size]), .sum)
    for rank in 1..<max(1, size) {
      counts[size + rank] = counts[size + rank - 1] + counts[rank - 1]
    }
    let total = Int(counts[..<size].reduce(0, +))
    let all = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: total)
    let starts = (0..<size).map { Int(counts[size + $0]) }
    for (i, byte) in bytes.enumerated() { all[starts[rank] + i] = byte }
    let (texts, lengths) = (all.baseAddress, counts.baseAddress)
    let places = lengths.map { $0 + size }
    try run(
      "MPI_Allgatherv",
      blocking: {
        MPI_Allgatherv(
          MPI_IN_PLACE, 0, MPI_UINT8_T, texts, lengths, places, MPI_UINT8_T, handle)
      },
      starting: {
        MPI_Iallgatherv(
          MPI_IN_PLACE, 0, MPI_UINT8_T, texts, lengths, places, MPI_UINT8_T, handle, &$0)
      })
    defer {
      counts.deallocate()
      all.deallocate()
    }
    return (0..<size).map { rank in
      String(decoding: all[starts[rank]..<starts[rank] + Int(counts[rank])], as: UTF8.self)
    }
  }
}
