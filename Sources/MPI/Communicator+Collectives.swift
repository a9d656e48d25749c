internal import COpenMPI

extension Communicator {
  /// Replaces every element of `buffer` by its reduction over all ranks.
  ///
  /// The sum of floating-point numbers may differ in its last bits from one number of ranks to
  /// another; that of integers cannot.
  ///
  /// - Parameters:
  ///   - buffer: As many elements on every rank; a very long one goes out in several calls.
  ///   - operation: What becomes of the ranks' values.
  /// - Throws: ``MPIError``; the contents of `buffer` are then unspecified.
  public func allReduce<S: MPIScalar>(
    _ buffer: UnsafeMutableBufferPointer<S>, _ operation: Reduction
  ) throws(MPIError) {
    precondition(
      operation != .bitwiseOr || S.kind.isInteger, "bits of \(S.self) cannot be combined")
    var start = 0
    while start < buffer.count {
      let part = part(of: buffer, from: start)
      let (elements, count) = (part.baseAddress, Int32(part.count))
      let (type, operation) = (S.kind.handle, operation.handle)
      try run(
        "MPI_Allreduce",
        blocking: { MPI_Allreduce(MPI_IN_PLACE, elements, count, type, operation, handle) },
        starting: { MPI_Iallreduce(MPI_IN_PLACE, elements, count, type, operation, handle, &$0) })
      start += part.count
    }
  }

  /// Reduces one value over all ranks.
  ///
  /// - Parameters:
  ///   - value: This rank's value.
  ///   - operation: What becomes of the ranks' values.
  /// - Returns: The same value on every rank.
  /// - Throws: ``MPIError``.
  public func allReduce<S: MPIScalar>(
    _ value: S, _ operation: Reduction
  ) throws(MPIError) -> S {
    // On the heap, and not given back after a failure: MPI may write to it later all the same.
    let place = UnsafeMutablePointer<S>.allocate(capacity: 1)
    place.initialize(to: value)
    try allReduce(UnsafeMutableBufferPointer(start: place, count: 1), operation)
    defer { place.deallocate() }
    return place.pointee
  }

  /// Starts to replace every element of `buffer` by its reduction over all ranks.
  ///
  /// - Parameters:
  ///   - buffer: As many elements on every rank; not to be touched until the request is complete.
  ///   - operation: What becomes of the ranks' values.
  /// - Returns: The operation under way.
  /// - Throws: ``MPIError``; the contents of `buffer` are then unspecified.
  public func startAllReduce<S: MPIScalar>(
    _ buffer: UnsafeMutableBufferPointer<S>, _ operation: Reduction
  ) throws(MPIError) -> Request {
    precondition(
      operation != .bitwiseOr || S.kind.isInteger, "bits of \(S.self) cannot be combined")
    var request = Request()
    var start = 0
    while start < buffer.count {
      let part = part(of: buffer, from: start)
      var started: MPI_Request? = nil
      let code = MPI_Iallreduce(
        MPI_IN_PLACE, part.baseAddress, Int32(part.count), S.kind.handle, operation.handle, handle,
        &started)
      try check("MPI_Iallreduce", code)
      request.add(started)
      start += part.count
    }
    return request
  }

  /// Copies the contents of one rank's buffer into those of all others.
  ///
  /// - Parameters:
  ///   - buffer: As many elements on every rank; a very long one goes out in several calls.
  ///   - root: The rank whose elements are sent, the same on every rank.
  /// - Throws: ``MPIError``; the contents of `buffer` are then unspecified.
  public func broadcast<S: MPIScalar>(
    _ buffer: UnsafeMutableBufferPointer<S>, from root: Int
  ) throws(MPIError) {
    precondition((0..<size).contains(root), "rank \(root) of \(size)")
    var start = 0
    while start < buffer.count {
      let part = part(of: buffer, from: start)
      let (elements, count, type) = (part.baseAddress, Int32(part.count), S.kind.handle)
      try run(
        "MPI_Bcast", blocking: { MPI_Bcast(elements, count, type, Int32(root), handle) },
        starting: { MPI_Ibcast(elements, count, type, Int32(root), handle, &$0) })
      start += part.count
    }
  }

  private func part<S>(
    of buffer: UnsafeMutableBufferPointer<S>, from start: Int
  ) -> UnsafeMutableBufferPointer<S> {
    let end = min(buffer.count, start + min(partLength, Int(Int32.max)))
    return UnsafeMutableBufferPointer(rebasing: buffer[start..<end])
  }
}
