internal import COpenMPI
internal import Foundation

/// By which ranks that wait tell each other where they are.
///
/// A call is a short message to every other rank; who gets one while it waits makes a call itself.
/// So nobody has to answer who cannot, and whoever waits is heard within milliseconds.
final class RollCall {
  // A class because what it sent must stay where it is until the process ends.
  private static let tag: Int32 = 1
  /// How long answers are awaited: ranks that wait look for calls all the time.
  private static let grace = Duration.seconds(2)

  private let channel: MPI_Comm
  private let size: Int
  private let letter = UnsafeMutablePointer<UInt8>.allocate(capacity: RollCall.length)

  private static let length = 256

  /// Makes the channel; collective.
  init(over handle: MPI_Comm, size: Int) throws(MPIError) {
    var copy: MPI_Comm? = nil
    try check("MPI_Comm_dup", MPI_Comm_dup(handle, &copy))
    channel = copy ?? MPI_COMM_NULL
    try check("MPI_Comm_set_errhandler", MPI_Comm_set_errhandler(channel, MPI_ERRORS_RETURN))
    self.size = size
  }

  /// Gives the channel back; collective.
  func close() throws(MPIError) {
    var channel: MPI_Comm? = channel
    try check("MPI_Comm_free", MPI_Comm_free(&channel))
    letter.deallocate()
  }

  /// Whether another rank has called.
  func isCalled() throws(MPIError) -> Bool {
    var flag: Int32 = 0
    let code = MPI_Iprobe(MPI_ANY_SOURCE, RollCall.tag, channel, &flag, MPI_STATUS_IGNORE)
    try check("MPI_Iprobe", code)
    return flag != 0
  }

  /// Calls all others and listens to them; to be used once, at the end of a process.
  ///
  /// - Parameter own: Where this rank is; what is too long is cut off.
  /// - Returns: What the others said, by rank; those that are silent are missing.
  /// - Throws: ``MPIError``.
  func answers(_ own: String) throws(MPIError) -> [Int: String] {
    var rank: Int32 = 0
    try check("MPI_Comm_rank", MPI_Comm_rank(channel, &rank))
    letter.initialize(repeating: 0, count: RollCall.length)
    for (i, byte) in own.utf8.prefix(RollCall.length - 1).enumerated() { letter[i] = byte }
    for other in 0..<Int32(size) where other != rank {
      // Never completed: a rank that has stopped takes no message, and this process ends soon.
      var sending: MPI_Request? = nil
      let code = MPI_Isend(
        letter, Int32(RollCall.length), MPI_UINT8_T, other, RollCall.tag, channel, &sending)
      try check("MPI_Isend", code)
    }
    var answers: [Int: String] = [:]
    let start = ContinuousClock.now
    while answers.count < size - 1, ContinuousClock.now - start < RollCall.grace {
      guard try isCalled() else {
        usleep(1000)
        continue
      }
      var status = MPI_Status()
      let text = try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: RollCall.length) {
        (buffer) throws(MPIError) -> String in
        let code = MPI_Recv(
          buffer.baseAddress, Int32(RollCall.length), MPI_UINT8_T, MPI_ANY_SOURCE, RollCall.tag,
          channel, &status)
        try check("MPI_Recv", code)
        return String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
      }
      answers[Int(status.MPI_SOURCE)] = text
    }
    return answers
  }
}
