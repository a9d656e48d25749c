import Experiments
import FlyingFox
import FlyingSocks
import Foundation
import MPI
import Synchronization

/// Shows a run's page to browsers on this machine, and again when it has changed.
///
/// The only asynchronous code of the program, since a server waits for many at once. The main thread, which alone may
/// speak to MPI, waits for signals meanwhile.
final class ReportServer: Sendable {
  private let path: String
  /// What the server has come to, as the main thread sees it.
  private let state = Mutex(State.starting)

  private enum State {
    case starting
    case listening(port: UInt16)
    case failed(ServeError)
  }

  init(path: String) { self.path = path }

  /// Serves until a signal arrives.
  ///
  /// - Parameters:
  ///   - port: The port of 127.0.0.1; any free one where 0.
  ///   - announce: Is told the address once it can be opened.
  /// - Throws: ``ServeError``, as for a port in use.
  func run(port: UInt16, announce: (String) -> Void) throws(ServeError) {
    StopSignal.watch(isSilent: true)
    let task = Task { await listen(port: port) }
    defer { task.cancel() }
    var isAnnounced = false
    while !StopSignal.hasArrived {
      switch state.withLock({ $0 }) {
      case .starting: break
      case .failed(let error): throw error
      case .listening(let port):
        if !isAnnounced { announce("http://127.0.0.1:\(port)/") }
        isAnnounced = true
      }
      usleep(50_000)
    }
  }

  private func listen(port: UInt16) async {
    do {
      let server = HTTPServer(
        address: try sockaddr_in.inet(ip4: "127.0.0.1", port: port), logger: .disabled)
      await server.appendRoute("GET /") { self.answer($0) { (try self.page(), "text/html") } }
      await server.appendRoute("GET /stamp") {
        self.answer($0) { (try self.stamp(), "text/plain") }
      }
      async let served: Void = server.run()
      // Where it cannot listen, `run` says why before this does.
      try? await server.waitUntilListening()
      if case .ip4(_, let port)? = await server.listeningAddress {
        state.withLock { $0 = .listening(port: port) }
      }
      try await served
    } catch let error as SocketError {
      fail(port, error.errorDescription ?? "\(error)")
    } catch {
      fail(port, "\(error)")
    }
  }

  private func fail(_ port: UInt16, _ reason: String) {
    state.withLock { $0 = .failed(ServeError(port: port, reason: reason)) }
  }

  /// Answers those who asked this machine by its own name: a page elsewhere that has its name lead here does not.
  private func answer(
    _ request: HTTPRequest, with content: () throws -> (text: String, type: String)
  ) -> HTTPResponse {
    let host = request.headers[.host]?.split(separator: ":").first.map(String.init)
    guard host == "127.0.0.1" || host == "localhost" else {
      return HTTPResponse(statusCode: .forbidden)
    }
    guard let content = try? content() else { return HTTPResponse(statusCode: .notFound) }
    return HTTPResponse(
      statusCode: .ok,
      headers: [.contentType: "\(content.type); charset=utf-8", .cacheControl: "no-store"],
      body: Data(content.text.utf8))
  }

  /// The page with a script that loads it again when its stamp is another one.
  private func page() throws -> String {
    let stamp = try stamp()
    let html = try String(contentsOfFile: path, encoding: .utf8)
    let script = """
      <script>setInterval(() => fetch('/stamp').then(r => r.ok ? r.text() : '\(stamp)')
      .then(stamp => { if (stamp !== '\(stamp)') location.reload(); }).catch(() => {}), 2000)</script>
      """
    return html.replacing("</body>", with: script + "</body>", maxReplacements: 1)
  }

  /// Tells one version of the page from the next.
  private func stamp() throws -> String {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    let changed = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
    return "\(changed)-\(attributes[.size] ?? 0)"
  }
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
