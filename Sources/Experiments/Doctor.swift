import Foundation
import HDF5
public import MPI
import Tensors

/// What `shoal doctor` finds out about the machine and the launch.
public enum Doctor {
  /// Looks at every rank.
  ///
  /// - Parameters:
  ///   - launch: What the launcher says.
  ///   - folder: Where runs would be written.
  ///   - world: The ranks of the launch; all must call this.
  /// - Returns: The report, line by line, and whether anything is wrong; the same on every rank.
  /// - Throws: `MPIError`.
  public static func examine(
    _ launch: LaunchEnvironment, folder: String, on world: Communicator
  ) throws -> (lines: [String], isHealthy: Bool) {
    let node = try world.splitByNode()
    let own = try ownLine(node)
    try node.close()
    let ranks = try world.allGather(own)
    let chosen = OpenBLAS.core
    var (notes, problem) = ([String](), String?.none)
    let openBLASNotes = try Kernels.agree(isUniform: true, on: world, notes: &notes)
    do {
      notes += try Kernels.prepare(
        KernelsConfiguration(products: .auto), isUniform: true, on: world)
      try Kernels.compare(on: world)
    } catch let error as KernelError {
      problem = "\(error)"
    }
    // Kernels that were found out may end the process.
    let speed = problem == nil ? try ProductSpeed(on: world) : nil
    let warnings = try LaunchCheck.examine(launch, on: world)
    let storage = try parallelFileLine(folder, on: world)
    var lines = [
      "shoal \(shoalVersion), \(world.size) rank\(world.size == 1 ? "" : "s")",
      "MPI: \(try Communicator.libraryVersion().split(separator: ",").prefix(2).joined(separator: ","))",
      "OpenBLAS: \(OpenBLAS.configuration)"
        + (chosen == OpenBLAS.core ? "" : ", now with \(OpenBLAS.core) kernels"),
    ]
    lines += ranks.enumerated().map { "rank \($0): \($1)" }
    lines.append(
      problem.map { "PROBLEM: \($0)" }
        ?? "kernels: the same on every rank (\(Kernels.own)), fingerprint \(Kernels.fingerprint.text)"
    )
    lines += [speed?.line].compactMap { $0 }
    lines.append(
      launch.toleratesLosses
        ? "losses: training.on_rank_failure=continue survives the loss of a rank other than 0"
        : "losses: the launcher ends all ranks when one is lost; mpirun --enable-recovery would not"
    )
    lines += (notes + openBLASNotes + [speed?.warning].compactMap { $0 } + warnings)
      .map { "warning: \($0)" }
    lines.append(storage.line)
    return (lines, problem == nil && storage.isSound)
  }

  private static func ownLine(_ node: Communicator) throws -> String {
    let cores = AvailableCores().processors.sorted().map(String.init).joined(separator: ", ")
    return "\(try Communicator.processorName()), \(node.rank + 1) of \(node.size) on this node, "
      + "bound to cores \(cores), \(OpenBLAS.threads) BLAS thread"
      + (OpenBLAS.threads == 1 ? "" : "s")
  }

  /// Writes one file with all ranks and reads it back.
  private static func parallelFileLine(
    _ folder: String, on world: Communicator
  ) throws -> (line: String, isSound: Bool) {
    let path = "\(folder)/shoal-doctor-\(ProcessInfo.processInfo.processIdentifier).h5"
    let shared = try world.broadcast(path, from: 0)
    var failure = ""
    do {
      try exchangeRows(shared, on: world)
    } catch {
      failure = "\(error)"
    }
    let failures = try world.allGather(failure).filter { !$0.isEmpty }
    if world.rank == 0 { try? FileManager.default.removeItem(atPath: shared) }
    guard let first = failures.first else {
      return ("parallel HDF5: \(world.size) rows written and read back in \(folder)", true)
    }
    return ("PROBLEM: parallel HDF5 in \(folder): \(first)", false)
  }

  private static func exchangeRows(_ path: String, on world: Communicator) throws {
    let row = [Float](repeating: Float(world.rank), count: 1024)
    let file = try File.create(path, on: world)
    let written = try file.createDataset("/rows", shape: [world.size, 1024], type: .float32)
    try row.withUnsafeBufferPointer { try written.write($0, rows: world.rank..<world.rank + 1) }
    try written.close()
    try file.close()
    let again = try File.open(path, on: world)
    let rows = try again.dataset("/rows")
    let next = (world.rank + 1) % world.size
    let read = AlignedBuffer<Float>(count: 1024, repeating: -1)
    try rows.read(rows: next..<next + 1, into: read.elements)
    try rows.close()
    try again.close()
    guard read.elements.allSatisfy({ $0 == Float(next) }) else {
      throw FirstRankError(description: "a row came back changed", exitCode: 74)
    }
  }
}
