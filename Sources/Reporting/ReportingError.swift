/// Why a picture or a page could not be written.
public struct ReportingError: Error, Equatable, CustomStringConvertible {
  /// The file that was to be written.
  public let path: String
  /// The function that failed.
  public let function: String
  /// The library's or the system's own words.
  public let reason: String

  /// One line with the file, the function and its words.
  public var description: String { "\(path): cannot be written: \(function): \(reason)" }
}
