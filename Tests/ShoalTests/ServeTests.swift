import Foundation
import TestSupport
import Testing

/// The server of `shoal report --serve`.
@Suite(.serialized) struct ServeTests {
  @Test func aPageIsServedOnThisMachineUntilASignal() throws {
    try withTemporaryFolder { folder in
      try write("<html><body>the page</body></html>", in: folder)
      let process = try ProgramRun.process(
        "shoal", ["report", "run", "--serve", "0"], ranks: nil, in: folder)
      let pipe = Pipe()
      process.standardOutput = pipe
      process.standardError = pipe
      try process.run()
      defer { if process.isRunning { process.terminate() } }
      let line = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
      let address = try #require(line.split(separator: " ").first, "\(line)")
      let port = try #require(address.split(separator: ":").last.flatMap { Int($0.dropLast()) })

      let page = try answer(port, path: "/", host: "127.0.0.1:\(port)")
      #expect(page.contains("200 OK") && page.contains("<html><body>the page<script>"))
      let stamp = try answer(port, path: "/stamp", host: "localhost")
      try write("<html><body>another page</body></html>", in: folder)
      #expect(try answer(port, path: "/stamp", host: "localhost") != stamp)
      #expect(try answer(port, path: "/", host: "localhost").contains("another page"))
      // A name that somebody else lets lead to this machine.
      #expect(try answer(port, path: "/", host: "example.org").contains("403"))
      #expect(try answer(port, path: "/config.yaml", host: "localhost").contains("404"))

      let second = try ProgramRun(
        "shoal", ["report", "run", "--serve", "\(port)"], in: folder)
      #expect(second.status == 74)
      #expect(second.output.contains("cannot serve on 127.0.0.1:\(port): "))

      process.terminate()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      #expect(process.terminationReason == .exit)
    }
  }

  private func write(_ page: String, in folder: String) throws {
    try FileManager.default.createDirectory(
      atPath: "\(folder)/run", withIntermediateDirectories: true)
    try page.write(toFile: "\(folder)/run/report.html", atomically: true, encoding: .utf8)
  }

  /// The whole answer to a request, by the shell's own sockets.
  private func answer(_ port: Int, path: String, host: String) throws -> String {
    let script = """
      exec 3<>/dev/tcp/127.0.0.1/\(port)
      printf 'GET \(path) HTTP/1.1\\r\\nHost: \(host)\\r\\nConnection: close\\r\\n\\r\\n' >&3
      cat <&3
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["bash", "-c", script]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}
