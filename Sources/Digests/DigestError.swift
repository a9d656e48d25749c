internal import Foundation

/// A file whose digest could not be computed.
public struct DigestError: Error, CustomStringConvertible {
  /// The C function that failed.
  public let function: String
  /// The file.
  public let path: String
  /// `errno` of the operating system.
  public let code: Int32

  /// The operating system's words.
  public var reason: String { String(cString: strerror(code)) }

  /// One line with the path, the system's words and the function.
  public var description: String { "\(path): \(reason) (\(function))" }
}
