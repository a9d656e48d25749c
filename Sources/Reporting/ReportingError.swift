/// Why a picture, a page or an event could not be written.
public struct ReportingError: Error, Equatable, CustomStringConvertible {
  /// The file that was to be written, or what was to be put into one.
  public let path: String
  /// The function that failed.
  public let function: String
  /// The library's or the system's own words.
  public let reason: String

  /// One line with the file, the function and its words.
  public var description: String { "\(path): cannot be written: \(function): \(reason)" }
}
