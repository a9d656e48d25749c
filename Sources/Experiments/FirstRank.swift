public import MPI

/// An error that rank 0 met on behalf of all.
public struct FirstRankError: ExitCoded, Codable, CustomStringConvertible {
  /// What rank 0 says.
  public let description: String
  /// Its exit code.
  public let exitCode: Int32
}

/// Runs `body` on rank 0, for what one rank must find out for all: a configuration, say.
///
/// All ranks succeed or fail together, so that none waits for one that gave up.
///
/// - Parameters:
///   - world: The ranks; all must call this.
///   - body: What rank 0 does; gives a text for all.
/// - Returns: The text, on every rank.
/// - Throws: On every rank what `body` threw on rank 0, there as it was and elsewhere as a ``FirstRankError``;
///   `MPIError`.
public func textFromFirstRank(_ world: Communicator, _ body: () throws -> String) throws -> String {
  var answer = "ok"
  var failure: (any Error)?
  if world.rank == 0 {
    do {
      answer += try body()
    } catch {
      failure = error
      answer = "\((error as? any ExitCoded)?.exitCode ?? 70) \(error)"
    }
  }
  let received = try world.broadcast(answer, from: 0)
  if let failure { throw failure }
  if received.hasPrefix("ok") { return String(received.dropFirst(2)) }
  let words = received.split(separator: " ", maxSplits: 1)
  throw FirstRankError(
    description: words.count > 1 ? String(words[1]) : "",
    exitCode: words.first.flatMap { Int32($0) } ?? 70)
}

/// Runs `body` on rank 0, for what one rank must do for all: making a folder, writing a summary.
///
/// - Parameters:
///   - world: The ranks; all must call this.
///   - body: What rank 0 does.
/// - Throws: As ``textFromFirstRank(_:_:)``.
public func onFirstRank(_ world: Communicator, _ body: () throws -> Void) throws {
  _ = try textFromFirstRank(world) {
    try body()
    return ""
  }
}
