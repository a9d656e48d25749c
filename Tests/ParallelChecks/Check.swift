import MPI

/// A claim about several ranks, checked by a process of each.
struct Check: Sendable {
  /// What `ParallelChecks` is called with, and what the test's report shows.
  let name: String
  /// Called by every rank with the words behind the name; throws where the claim does not hold.
  let body: @Sendable (Communicator, [String]) throws -> Void

  init(_ name: String, _ body: @escaping @Sendable (Communicator) throws -> Void) {
    self.name = name
    self.body = { world, _ in try body(world) }
  }

  init(_ name: String, withWords body: @escaping @Sendable (Communicator, [String]) throws -> Void)
  {
    self.name = name
    self.body = body
  }
}

/// A claim that does not hold.
struct CheckFailure: Error, CustomStringConvertible, ExitCoded {
  let description: String
  var exitCode: Int32 { 1 }
}

/// Throws where a claim does not hold.
func expect(
  _ claim: Bool, _ message: @autoclosure () -> String = "claim does not hold",
  file: String = #fileID, line: Int = #line
) throws {
  if !claim { throw CheckFailure(description: "\(file):\(line): \(message())") }
}

/// Throws where two values differ.
func expectEqual<Value: Equatable>(
  _ found: Value, _ expected: Value, file: String = #fileID, line: Int = #line
) throws {
  try expect(found == expected, "found \(found), expected \(expected)", file: file, line: line)
}

/// Throws where `body` does not throw an error of a type.
///
/// - Returns: The error.
@discardableResult
func expectThrows<Failure: Error>(
  _ type: Failure.Type, file: String = #fileID, line: Int = #line, _ body: () throws -> Void
) throws -> Failure {
  do {
    try body()
  } catch let error as Failure {
    return error
  }
  throw CheckFailure(description: "\(file):\(line): no \(type) was thrown")
}
