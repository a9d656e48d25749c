internal import CHDF5
internal import Foundation
public import MPI

/// A call to the HDF5 library that did not succeed, or a file that holds something else.
public struct HDF5Error: Error, CustomStringConvertible, ExitCoded {
  /// The C function that reported the failure.
  public let function: String
  /// The file, and behind it the object within where there is one: `run.h5:/parameters/weight`.
  public let path: String
  /// What the library said: its first cause, then what that made impossible.
  public let text: String
  /// 74 (input and output); 66 where a file to be read is missing, 73 where one cannot be made.
  public internal(set) var exitCode: Int32 = 74

  /// One line with the path, the library's words and the function.
  public var description: String { "\(path): \(text) (\(function))" }
}

extension HDF5Error {
  /// A failure of MPI in the middle of a parallel operation on a file.
  init(_ error: MPIError, path: String) {
    self.init(function: error.function, path: path, text: error.text)
    if error.isStall { exitCode = error.exitCode }
  }
}

/// Held during every call, since HDF5 as it is packaged is not thread-safe.
///
/// A run calls it from one thread, but the tests of one process do not; the error stack too must
/// be read before another thread's call.
private let library = NSLock()

/// Calls the HDF5 library; everything that reaches it goes through here.
///
/// - Parameters:
///   - function: Name of the C function, for the error.
///   - path: File and object, for the error.
///   - body: The call; must not come back here.
/// - Returns: What `body` gave, when it is not negative.
/// - Throws: ``HDF5Error`` where it is negative, with the messages of the library's error stack.
@discardableResult
func call<Code: SignedInteger>(
  _ function: StaticString, _ path: String, _ body: () -> Code
) throws(HDF5Error) -> Code {
  library.lock()
  defer { library.unlock() }
  H5Eset_auto2(hid_t(H5E_DEFAULT), nil, nil)
  let code = body()
  if code < 0 { throw HDF5Error(function: "\(function)", path: path, text: errorStackText()) }
  return code
}

/// The innermost message of the library's error stack, which names the cause, and the outermost.
private func errorStackText() -> String {
  var messages: [String] = []
  withUnsafeMutablePointer(to: &messages) { messages in
    _ = H5Ewalk2(
      hid_t(H5E_DEFAULT), H5E_WALK_UPWARD,
      { _, entry, messages in
        guard let text = entry?.pointee.desc else { return 0 }
        messages?.assumingMemoryBound(to: [String].self).pointee.append(String(cString: text))
        return 0
      }, messages)
  }
  // Some messages go on with times and addresses on further lines.
  let lines = messages.map { String($0.prefix { $0 != "\n" }) }
  guard let cause = lines.first, let effect = lines.last else { return "unknown error" }
  return cause == effect ? cause : "\(cause); \(effect)"
}

/// An identifier of the HDF5 library, given back when it goes out of use.
struct Handle: ~Copyable {
  let id: hid_t
  private let release: @convention(c) (hid_t) -> herr_t

  /// Opens or creates something.
  ///
  /// - Parameters:
  ///   - function: Name of the C function that does, for the error.
  ///   - path: File and object, for the error.
  ///   - release: The C function that gives it back.
  ///   - open: Calls the C function.
  /// - Throws: ``HDF5Error`` where it gives no identifier.
  init(
    _ function: StaticString, _ path: String, release: @convention(c) (hid_t) -> herr_t,
    _ open: () -> hid_t
  ) throws(HDF5Error) {
    let id = try call(function, path, open)
    self.release = release
    self.id = id
  }

  /// Gives it back and says whether that went well.
  consuming func close(_ function: StaticString, _ path: String) throws(HDF5Error) {
    let (id, release) = (id, release)
    discard self
    try call(function, path) { release(id) }
  }

  deinit {
    library.lock()
    defer { library.unlock() }
    _ = release(id)
  }
}
