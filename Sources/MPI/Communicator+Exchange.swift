internal import COpenMPI

extension Communicator {
  /// Sends a buffer to another rank while one of the same length comes from there.
  ///
  /// It is of what reductions over many ranks are made, and waited for as they are; measurements need
  /// it alone.
  ///
  /// - Parameters:
  ///   - sent: Goes to `partner`; not longer than MPI counts.
  ///   - received: Receives as many elements; must not overlap `sent`.
  ///   - partner: The other rank, which calls this at the same time with this rank.
  /// - Throws: ``MPIError``; the contents of `received` are then unspecified.
  public func exchange<S: MPIScalar>(
    _ sent: UnsafeMutableBufferPointer<S>, into received: UnsafeMutableBufferPointer<S>,
    with partner: Int
  ) throws(MPIError) {
    precondition((0..<size).contains(partner) && partner != rank, "rank \(partner) of \(size)")
    guard sent.count == received.count, let count = Int32(exactly: sent.count) else {
      preconditionFailure("\(sent.count) elements for \(received.count)")
    }
    let (other, type) = (Int32(partner), S.kind.handle)
    // Receiving is started first, so that what comes need not be put aside.
    var requests: (receiving: MPI_Request?, sending: MPI_Request?) = (nil, nil)
    let receiveCode = MPI_Irecv(
      received.baseAddress, count, type, other, exchangeTag, handle, &requests.receiving)
    try check("MPI_Irecv", receiveCode)
    let sendCode = MPI_Isend(
      sent.baseAddress, count, type, other, exchangeTag, handle, &requests.sending)
    try check("MPI_Isend", sendCode)
    guard let watchdog else {
      try check("MPI_Wait", MPI_Wait(&requests.receiving, MPI_STATUS_IGNORE))
      return try check("MPI_Wait", MPI_Wait(&requests.sending, MPI_STATUS_IGNORE))
    }
    try watchdog.wait(for: &requests.receiving, "MPI_Irecv")
    try watchdog.wait(for: &requests.sending, "MPI_Isend")
  }

  /// Combines two buffers of this rank as a reduction does on its way, without the network.
  ///
  /// - Parameters:
  ///   - terms: What is combined with `buffer`; not longer than MPI counts.
  ///   - buffer: As many elements, replaced by the result.
  ///   - operation: How to combine.
  /// - Throws: ``MPIError``.
  public func combine<S: MPIScalar>(
    _ terms: UnsafeMutableBufferPointer<S>, into buffer: UnsafeMutableBufferPointer<S>,
    _ operation: Reduction
  ) throws(MPIError) {
    guard terms.count == buffer.count, let count = Int32(exactly: terms.count) else {
      preconditionFailure("\(terms.count) elements for \(buffer.count)")
    }
    let code = MPI_Reduce_local(
      terms.baseAddress, buffer.baseAddress, count, S.kind.handle, operation.handle)
    try check("MPI_Reduce_local", code)
  }
}

/// Exchanges are the only messages between two ranks on a communicator that is not a roll call's.
private let exchangeTag: Int32 = 0
