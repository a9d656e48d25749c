internal import SwiftProtobuf

/// What is in an event file, as far as whoever appends to it must know.
public struct EventFileContents: Equatable {
  /// Bytes of the whole records; what follows is a torn or damaged one and all behind it.
  public let wholeBytes: Int
  /// The last step of each tag.
  public let lastSteps: [String: Int]

  /// Reads a file's records.
  ///
  /// - Parameter bytes: The file.
  public init(of bytes: [UInt8]) {
    let (payloads, end) = EventRecord.payloads(in: bytes)
    var lastSteps: [String: Int] = [:]
    for payload in payloads {
      // A record of which the frame is whole but which is no event is for others to understand.
      guard let event = try? TensorBoardEvent(serializedBytes: Array(bytes[payload])) else {
        continue
      }
      let step = Int(event.step)
      for tag in event.summary.value.map(\.tag) {
        lastSteps[tag] = max(step, lastSteps[tag] ?? step)
      }
    }
    wholeBytes = end
    self.lastSteps = lastSteps
  }
}
