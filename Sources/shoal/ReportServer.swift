import Experiments
import Files
import Foundation
import MPI

/// Shows a run's page to browsers on this machine, and again when it has changed.
///
/// One thread serves all connections, none of which can keep it waiting: what a client sends is
/// bounded, and so is the time that it takes for it.
struct ReportServer {
  /// Connections at the same time; the one that has waited longest gives way to a new one.
  private static let mostConnections = 256
  /// Milliseconds between two looks at signals.
  private static let interval: Int32 = 50

  private let path: String
  private var connections: [Connection] = []
  /// The page as it was last read, with its stamp: all connections share its memory.
  private var page: (stamp: String, bytes: [UInt8])?

  init(path: String) { self.path = path }

  /// Serves until a signal arrives.
  ///
  /// - Parameters:
  ///   - port: The port of 127.0.0.1; any free one where 0.
  ///   - announce: Is told the address once it can be opened.
  /// - Throws: ``ServeError``, as for a port in use.
  mutating func run(port: UInt16, announce: (String) -> Void) throws(ServeError) {
    StopSignal.watch(isSilent: true)
    let listener = try Listener(port: port)
    announce("http://127.0.0.1:\(listener.port)/")
    while !StopSignal.hasArrived {
      var polled = [pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0)]
      polled += connections.map { pollfd(fd: $0.descriptor, events: $0.events, revents: 0) }
      if poll(&polled, nfds_t(polled.count), Self.interval) < 0 { continue }
      for (place, state) in polled.dropFirst().enumerated() where state.revents != 0 {
        serve(place)
      }
      let now = ContinuousClock.now
      connections.removeAll { $0.isOver(now) }
      if polled[0].revents != 0 { accept(from: listener, now) }
    }
  }

  private mutating func accept(from listener: borrowing Listener, _ now: ContinuousClock.Instant) {
    while let descriptor = listener.accept() {
      if connections.count >= Self.mostConnections { connections.removeFirst() }
      connections.append(Connection(descriptor, since: now))
    }
  }

  /// Goes on with a connection that is ready.
  private mutating func serve(_ place: Int) {
    let connection = connections[place]
    guard let request = connection.proceed() else { return }
    switch request {
    case .success(let request): connection.answer(with: response(to: request))
    case .failure(let refusal):
      connection.answer(with: Response(Response.Status(rawValue: refusal.rawValue) ?? .malformed))
    }
  }

  /// Answers those who asked this machine by its own name: a page elsewhere that has its name lead
  /// here does not.
  private mutating func response(to request: PageRequest) -> Response {
    guard request.host == "127.0.0.1" || request.host == "localhost" else {
      return Response(.forbidden)
    }
    do {
      switch request.path {
      case "/": return Response(.found, type: "text/html", try content())
      case "/stamp": return Response(.found, type: "text/plain", Array(try stamp().utf8))
      default: return Response(.notFound)
      }
    } catch {
      return Response(.notFound)
    }
  }

  /// The page with a script that loads it again when its stamp is another one.
  private mutating func content() throws -> [UInt8] {
    let stamp = try stamp()
    if let page, page.stamp == stamp { return page.bytes }
    let html = String(decoding: try RegularFile.contents(of: path), as: UTF8.self)
    let script = """
      <script>setInterval(() => fetch('/stamp').then(r => r.ok ? r.text() : '\(stamp)')
      .then(stamp => { if (stamp !== '\(stamp)') location.reload(); }).catch(() => {}), 2000)</script>
      """
    let bytes = Array(html.replacing("</body>", with: script + "</body>", maxReplacements: 1).utf8)
    page = (stamp, bytes)
    return bytes
  }

  /// Tells one version of the page from the next.
  private func stamp() throws -> String {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    let changed = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
    return "\(changed)-\(attributes[.size] ?? 0)"
  }
}

extension ReportServer {
  /// What is sent back: a head, and a body that connections share.
  fileprivate struct Response {
    /// How a request was answered, by its number in HTTP.
    enum Status: Int {
      case found = 200
      case malformed = 400
      case forbidden = 403
      case notFound = 404
      case method = 405
      case lineTooLong = 414
      case headTooLong = 431

      var words: String {
        switch self {
        case .found: "OK"
        case .malformed: "Bad Request"
        case .forbidden: "Forbidden"
        case .notFound: "Not Found"
        case .method: "Method Not Allowed"
        case .lineTooLong: "URI Too Long"
        case .headTooLong: "Request Header Fields Too Large"
        }
      }
    }

    let head: [UInt8]
    let body: [UInt8]

    init(_ status: Status, type: String = "text/plain", _ body: [UInt8] = []) {
      self.body = body
      let lines = [
        "HTTP/1.1 \(status.rawValue) \(status.words)", "Content-Type: \(type); charset=utf-8",
        "Content-Length: \(body.count)", "Cache-Control: no-store", "Connection: close",
      ]
      head = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }
  }

  /// One client: first it is read, then written to, then what it still sends is thrown away.
  ///
  /// A class because the socket is closed when the server forgets it.
  fileprivate final class Connection {
    /// How long a client may take for its request, for taking some bytes of the answer, and for
    /// hanging up.
    private static let patience = Duration.seconds(10)
    /// What is thrown away at most: to hang up on a client that still sends loses the answer.
    private static let mostThrownAway = 1 << 26

    let descriptor: Int32
    private var reader = PageRequestReader()
    private var response: Response?
    private var sent = 0
    private var thrownAway = 0
    private var hasEnded = false
    private var since: ContinuousClock.Instant

    init(_ descriptor: Int32, since: ContinuousClock.Instant) {
      self.descriptor = descriptor
      self.since = since
    }

    deinit { close(descriptor) }

    private var isWriting: Bool {
      response.map { sent < $0.head.count + $0.body.count } ?? false
    }

    /// What is waited for.
    var events: Int16 { Int16(isWriting ? POLLOUT : POLLIN) }

    func isOver(_ now: ContinuousClock.Instant) -> Bool {
      hasEnded || now - since > Connection.patience
    }

    /// Reads or writes as much as goes at once.
    ///
    /// - Returns: The request, or why there will be none, when that has become clear.
    func proceed() -> Result<PageRequest, PageRequest.Refusal>? {
      if isWriting {
        write()
        return nil
      }
      let part = read()
      guard let part, !part.isEmpty else {
        hasEnded = hasEnded || part?.isEmpty == true
        return nil
      }
      guard response == nil else {
        thrownAway += part.count
        hasEnded = thrownAway > Connection.mostThrownAway
        return nil
      }
      do throws(PageRequest.Refusal) {
        return try reader.take(part).map { .success($0) }
      } catch {
        return .failure(error)
      }
    }

    func answer(with response: Response) {
      self.response = response
      since = .now
      write()
    }

    /// What has come; nothing where the client has hung up, `nil` where there is nothing now.
    private func read() -> [UInt8]? {
      var part = [UInt8](repeating: 0, count: 1 << 16)
      let count = recv(descriptor, &part, part.count, 0)
      if count >= 0 { return Array(part.prefix(count)) }
      if errno != EAGAIN, errno != EINTR { hasEnded = true }
      return nil
    }

    private func write() {
      guard let response else { return }
      let isHead = sent < response.head.count
      let (bytes, start) =
        isHead ? (response.head, sent) : (response.body, sent - response.head.count)
      let count = bytes.withUnsafeBytes { bytes in
        let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
        return send(descriptor, rest.baseAddress, min(rest.count, 1 << 18), noSignal)
      }
      if count < 0 {
        if errno != EAGAIN, errno != EINTR { hasEnded = true }
        return
      }
      sent += count
      since = .now
      if !isWriting { shutdown(descriptor, Int32(SHUT_WR)) }
    }
  }

  /// A socket that clients on this machine find.
  fileprivate struct Listener: ~Copyable {
    let descriptor: Int32
    let port: UInt16

    init(port: UInt16) throws(ServeError) {
      let descriptor = socket(AF_INET, streams, 0)
      if descriptor < 0 { throw ServeError(port: port, reason: String(cString: strerror(errno))) }
      do throws(ServeError) {
        self.port = try Listener.open(descriptor, port: port)
      } catch {
        close(descriptor)
        throw error
      }
      self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// The next client, if one waits.
    func accept() -> Int32? {
      let client = Foundation.accept(descriptor, nil, nil)
      guard client >= 0 else { return nil }
      makeNonblocking(client)
      return client
    }

    private static func open(_ descriptor: Int32, port: UInt16) throws(ServeError) -> UInt16 {
      makeNonblocking(descriptor)
      var yes: Int32 = 1
      setsockopt(
        descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout.size(ofValue: yes)))
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      var length = socklen_t(MemoryLayout.size(ofValue: address))
      let code = withUnsafeMutablePointer(to: &address) { address in
        address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> Int32 in
          if bind(descriptor, address, length) != 0 || listen(descriptor, 128) != 0 { return -1 }
          return getsockname(descriptor, address, &length)
        }
      }
      if code != 0 { throw ServeError(port: port, reason: String(cString: strerror(errno))) }
      return UInt16(bigEndian: address.sin_port)
    }
  }
}

#if os(Linux)
private let streams = Int32(SOCK_STREAM.rawValue)
private let noSignal = Int32(MSG_NOSIGNAL)
#else
private let streams = SOCK_STREAM
private let noSignal: Int32 = 0
#endif

private func makeNonblocking(_ descriptor: Int32) {
  _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
  _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
}

/// Why a page cannot be served.
struct ServeError: ExitCoded, CustomStringConvertible {
  let port: UInt16
  let reason: String

  /// EX_IOERR of `sysexits.h`.
  var exitCode: Int32 { 74 }

  var description: String {
    "cannot serve on 127.0.0.1:\(port): \(reason); --serve 0 takes a free port"
  }
}
