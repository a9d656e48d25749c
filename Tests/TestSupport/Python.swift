import Foundation

/// The machine's Python, as far as it has the packages that read Shoal's files.
public enum Python {
  /// An interpreter that can import h5py.
  public static let withH5py: String? = interpreter(with: "h5py")

  /// An interpreter that can import TensorBoard, of which Debian has no package.
  public static let withTensorBoard: String? = interpreter(with: "tensorboard")

  /// An interpreter that can import Optuna, of which Debian has no package.
  public static let withOptuna: String? = interpreter(with: "optuna")

  /// The first interpreter that can import a package: the one that `SHOAL_TEST_PYTHON` names, or else the
  /// user's, or else the system's, which a virtual environment may hide.
  private static func interpreter(with package: String) -> String? {
    let named = ProcessInfo.processInfo.environment["SHOAL_TEST_PYTHON"]
    let interpreters = [named, "python3", "/usr/bin/python3"].compactMap(\.self)
    return interpreters.first { (try? run("import \(package)", interpreter: $0)) != nil }
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
