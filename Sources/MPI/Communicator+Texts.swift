internal import COpenMPI

extension Communicator {
  /// Gives every rank the text of one.
  ///
  /// - Parameters:
  ///   - text: Matters on `root` only.
  ///   - root: The rank whose text is sent, the same on every rank.
  /// - Returns: The text of `root`.
  /// - Throws: ``MPIError``.
  public func broadcast(_ text: String, from root: Int) throws(MPIError) -> String {
    var count = Int64(text.utf8.count)
    try withUnsafeMutablePointer(to: &count) { (count) throws(MPIError) in
      try broadcast(UnsafeMutableBufferPointer(start: count, count: 1), from: root)
    }
    var bytes = rank == root ? Array(text.utf8) : Array(repeating: 0, count: Int(count))
    try bytes.withUnsafeMutableBufferPointer { (bytes) throws(MPIError) in
      try broadcast(bytes, from: root)
    }
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
    var count = Int32(bytes.count)
    var counts = [Int32](repeating: 0, count: size)
    try check(
      "MPI_Allgather", MPI_Allgather(&count, 1, MPI_INT32_T, &counts, 1, MPI_INT32_T, handle))
    var starts: [Int32] = [0]
    for count in counts { starts.append((starts.last ?? 0) + count) }
    var all = [UInt8](repeating: 0, count: Int(starts[size]))
    let code = MPI_Allgatherv(
      bytes, count, MPI_UINT8_T, &all, counts, starts, MPI_UINT8_T, handle)
    try check("MPI_Allgatherv", code)
    return (0..<size).map { rank in
      String(decoding: all[Int(starts[rank])..<Int(starts[rank + 1])], as: UTF8.self)
    }
  }
}
