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

  /// A client that sends without end, several that say nothing, and one that only begins.
  @Test func noClientSilencesTheServer() throws {
    try withTemporaryFolder { folder in
      try write("<html><body>the page</body></html>", in: folder)
      let process = try ProgramRun.process(
        "shoal", ["report", "run", "--serve", "0"], ranks: nil, in: folder)
      let pipe = Pipe()
      process.standardOutput = pipe
      try process.run()
      defer { if process.isRunning { process.terminate() } }
      let line = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
      let address = try #require(line.split(separator: " ").first, "\(line)")
      let port = try #require(address.split(separator: ":").last.flatMap { Int($0.dropLast()) })

      let long = "$(head -c 5000000 /dev/zero | tr '\\0' a)"
      #expect(try send("GET /\(long) HTTP/1.1\\r\\n\\r\\n", to: port).contains("HTTP/1.1 414 "))
      #expect(
        try send("GET / HTTP/1.1\\r\\nHost: \(long)\\r\\n\\r\\n", to: port)
          .contains("HTTP/1.1 431 "))
      #expect(try send("nonsense\\n\\n", to: port).contains("HTTP/1.1 400 "))
      #expect(
        try send("POST / HTTP/1.1\\nHost: localhost\\n\\n", to: port).contains("HTTP/1.1 405 "))

      // More than the server keeps: the oldest give way.
      let silent = Process()
      silent.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      silent.arguments = [
        "bash", "-c",
        """
        for i in $(seq 300); do exec {socket}<>/dev/tcp/127.0.0.1/\(port); printf 'GET' >&$socket; done
        echo connected; exec sleep 600
        """,
      ]
      let said = Pipe()
      silent.standardOutput = said
      silent.standardError = FileHandle.nullDevice
      try silent.run()
      defer { silent.terminate() }
      #expect(!said.fileHandleForReading.availableData.isEmpty)
      #expect(try answer(port, path: "/", host: "localhost").contains("the page"))
    }
  }

  /// What comes back for what the shell's `printf` makes of a text.
  private func send(_ text: String, to port: Int) throws -> String {
    let script = "exec 3<>/dev/tcp/127.0.0.1/\(port); printf \"\(text)\" >&3; cat <&3"
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
