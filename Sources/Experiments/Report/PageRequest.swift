/// What a browser asks the server of a run's page for: the head of a request by HTTP/1.1 (RFC
/// 9112).
public struct PageRequest: Equatable, Sendable {
  /// Why a request is not answered with what it asks for; the number is that of the answer.
  public enum Refusal: Int, Error, Sendable {
    /// It is not HTTP.
    case malformed = 400
    /// It wants more than to read.
    case method = 405
    /// Its first line is too long.
    case lineTooLong = 414
    /// Its head is too long.
    case headTooLong = 431
  }

  /// The path, without what is asked of it behind a question mark.
  public let path: String
  /// The name by which the client knows this machine, without the port.
  public let host: String

  /// Bytes of the first line at most.
  static let longestLine = 4096
  /// Bytes of the head at most, the first line included.
  static let longestHead = 16_384

  /// Understands a head.
  ///
  /// - Parameter head: Its bytes, the empty line at its end included or not.
  /// - Throws: ``Refusal``.
  init(head: ArraySlice<UInt8>) throws(Refusal) {
    guard head.allSatisfy({ $0 == 0x0A || $0 == 0x0D || $0 == 0x09 || (0x20...0x7E).contains($0) })
    else { throw .malformed }
    let lines = head.split(separator: 0x0A).map { line in
      String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
    }.prefix { !$0.isEmpty }
    guard let words = lines.first?.split(separator: " ", omittingEmptySubsequences: false),
      words.count == 3, words[2].hasPrefix("HTTP/1."), words[1].hasPrefix("/")
    else { throw .malformed }
    let hosts = lines.dropFirst().compactMap { line -> Substring? in
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      return parts.count == 2 && parts[0].lowercased() == "host" ? parts[1] : nil
    }
    guard hosts.count == 1, let host = hosts.first else { throw .malformed }
    if words[0] != "GET" { throw .method }
    path = String(words[1].prefix { $0 != "?" })
    self.host = String(host.drop { $0 == " " }.prefix { $0 != ":" && $0 != " " })
  }
}

/// Collects the bytes of one request until its head is whole, or too long.
///
/// Each byte is looked at once, however many come at a time.
public struct PageRequestReader: Sendable {
  private var bytes: [UInt8] = []
  /// Where the line begins that is not whole yet.
  private var lineStart = 0

  /// Nothing has come yet.
  public init() {}

  /// Takes what has come.
  ///
  /// - Parameter part: The next bytes of the client.
  /// - Returns: The request once it is whole; `nil` before.
  /// - Throws: ``PageRequest/Refusal``, after which nothing more is to be taken.
  public mutating func take(
    _ part: some Collection<UInt8>
  ) throws(PageRequest.Refusal) -> PageRequest? {
    for byte in part {
      guard bytes.count < PageRequest.longestHead else { throw .headTooLong }
      if lineStart == 0, bytes.count >= PageRequest.longestLine { throw .lineTooLong }
      bytes.append(byte)
      guard byte == 0x0A else { continue }
      let line = bytes[lineStart..<bytes.count - 1]
      // Empty lines before the first are allowed.
      let isEmpty = line.isEmpty || line.elementsEqual([0x0D])
      if isEmpty, lineStart > 0 { return try PageRequest(head: bytes[...]) }
      if isEmpty {
        bytes = []
      } else {
        lineStart = bytes.count
      }
    }
    return nil
  }
}
