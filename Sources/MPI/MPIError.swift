internal import COpenMPI

/// A call to the MPI library that did not succeed.
public struct MPIError: Error, CustomStringConvertible {
  /// The C function that reported the failure.
  public let function: String
  /// What it returned.
  public let code: Int32
  /// The library's own words for the code.
  public let text: String
  /// The ranks that did not answer when this one had waited too long; `nil` where it had not.
  public internal(set) var silentRanks: [Int]?

  /// Whether ranks waited for others that did not come; see ``Watchdog``.
  public var isStall: Bool { silentRanks != nil }

  /// The exit code of a job whose ranks waited in vain: EX_PROTOCOL of `sysexits.h`.
  public static let stallExitCode: Int32 = 76

  /// One line with the function, the library's words and the code.
  public var description: String {
    isStall ? "\(function): \(text)" : "\(function): \(text) (MPI code \(code))"
  }
}

/// Throws where an MPI function did not return `MPI_SUCCESS`.
///
/// - Parameters:
///   - function: Name of the function, for the error.
///   - code: What it returned.
/// - Throws: ``MPIError`` with the library's words for the code.
func check(_ function: StaticString, _ code: Int32) throws(MPIError) {
  if code == MPI_SUCCESS { return }
  throw MPIError(function: "\(function)", code: code, text: errorText(code))
}

extension MPIError: ExitCoded {
  /// ``stallExitCode`` for a stall, else EX_SOFTWARE.
  public var exitCode: Int32 { isStall ? MPIError.stallExitCode : 70 }
}

private func errorText(_ code: Int32) -> String {
  let text = mpiText(capacity: Int(MPI_MAX_ERROR_STRING)) { text, length in
    MPI_Error_string(code, text, length)
  }
  switch text {
  case .success(let text): return text
  case .failure: return "unknown error"
  }
}

/// Lets an MPI function write a text into a buffer of the size it asks for.
///
/// - Parameters:
///   - capacity: Bytes that the function may write.
///   - body: Calls the function with the buffer and the place for the text's length.
/// - Returns: The text, or the function's code where that is not `MPI_SUCCESS`.
func mpiText(
  capacity: Int, _ body: (UnsafeMutablePointer<CChar>, UnsafeMutablePointer<Int32>) -> Int32
) -> Result<String, MPICode> {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity + 1) { buffer in
    buffer.initialize(repeating: 0)
    var length: Int32 = 0
    guard let start = buffer.baseAddress else { return .failure(MPICode(value: MPI_ERR_INTERN)) }
    let code = body(start, &length)
    if code != MPI_SUCCESS { return .failure(MPICode(value: code)) }
    return .success(String(cString: start))
  }
}

/// What an MPI function returned instead of `MPI_SUCCESS`.
struct MPICode: Error {
  let value: Int32
}
