import Foundation

/// The machine's Python, as far as it has h5py.
public enum Python {
  /// The first interpreter that can import h5py; a virtual environment may hide the system's.
  public static let withH5py: String? = ["python3", "/usr/bin/python3"].first { interpreter in
    (try? run("import h5py", interpreter: interpreter)) != nil
  }

  /// Runs a script.
  ///
  /// - Parameters:
  ///   - script: Its text.
  ///   - arguments: What it finds in `sys.argv` from 1 on.
  ///   - interpreter: Which Python.
  /// - Returns: What it prints.
  /// - Throws: ``PythonFailure`` where it fails.
  public static func run(
    _ script: String, arguments: [String] = [], interpreter: String? = withH5py
  ) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [interpreter ?? "python3", "-c", script] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    if process.terminationStatus != 0 { throw PythonFailure(status: process.terminationStatus) }
    return String(decoding: data, as: UTF8.self)
  }
}

/// A script that failed.
public struct PythonFailure: Error {
  /// The interpreter's exit code.
  public let status: Int32
}
