import Experiments
import Testing

/// What the server of a page understands, and where it stops reading.
struct PageRequestTests {
  private func read(
    _ text: String, by length: Int = 1
  ) throws(PageRequest.Refusal) -> PageRequest? {
    var reader = PageRequestReader()
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: length) {
      let part = bytes[start..<min(start + length, bytes.count)]
      if let request = try reader.take(part) { return request }
    }
    return nil
  }

  @Test(arguments: [1, 5, 1000])
  func aRequestIsReadHoweverItsBytesCome(length: Int) throws {
    let request = try read(
      "\r\nGET /stamp?t=1 HTTP/1.1\r\nAccept: */*\r\nhOST:  localhost:80 \r\n\r\nmore", by: length)
    #expect(request?.path == "/stamp" && request?.host == "localhost")
    #expect(try read("GET / HTTP/1.1\r\nHost: a\r\n", by: length) == nil)
  }

  private static let noRequests: [(String, PageRequest.Refusal)] = [
    ("nonsense\n\n", PageRequest.Refusal.malformed),
    ("GET / HTTP/1.1\n\n", .malformed),
    ("GET / HTTP/1.1\nHost: a\nHost: b\n\n", .malformed),
    ("GET / HTTP/2\nHost: a\n\n", .malformed),
    ("GET nothing HTTP/1.1\nHost: a\n\n", .malformed),
    ("GET /\u{1B} HTTP/1.1\nHost: a\n\n", .malformed),
    ("POST / HTTP/1.1\nHost: a\n\n", .method),
    ("GET /" + String(repeating: "a", count: 5000), .lineTooLong),
    ("GET / HTTP/1.1\nHost: " + String(repeating: "a", count: 20_000), .headTooLong),
    ("GET / HTTP/1.1\n" + String(repeating: "a: b\n", count: 5000), .headTooLong),
    (String(repeating: "\n", count: 50_000) + "x\n\n", .malformed),
  ]

  @Test(arguments: noRequests)
  func whatIsNoRequestIsRefusedByItsKind(_ text: String, _ refusal: PageRequest.Refusal) {
    #expect(throws: refusal) { _ = try read(text, by: 4096) }
  }
}
