import MPI
import Tensors

/// How fast this machine multiplies, beside what its processor could do.
struct ProductSpeed {
  /// GFLOP/s of the slowest rank, all ranks at once.
  let measured: Double
  /// GFLOP/s of its instruction set, clock and threads with two fused multiply-adds a cycle; `nil`
  /// where the clock cannot be measured.
  let possible: Double?

  /// Measures products on all ranks at once; collective.
  ///
  /// - Parameter world: The ranks.
  /// - Throws: `MPIError`.
  init(on world: Communicator) throws {
    let side = 512
    let a = AlignedBuffer<Float>(count: side * side, repeating: 0.5)
    let b = AlignedBuffer<Float>(count: side * side, repeating: 0.5)
    let c = AlignedBuffer<Float>(count: side * side, repeating: 0)
    func matrix(_ buffer: AlignedBuffer<Float>) -> Matrix {
      Matrix(buffer.elements, rows: side, columns: side)
    }
    try world.barrier()
    let clock = ContinuousClock()
    // The fastest of some: others may be disturbed.
    let seconds = (0..<8).map { _ in
      clock.measure { multiply(matrix(a), matrix(b), into: matrix(c)) } / .seconds(1)
    }.min()
    let operations = 2e-9 * Double(side * side * side)
    measured = try world.allReduce(operations / (seconds ?? .infinity), .minimum)
    let perCycle = 4 * InstructionSet.ofProcessor.lanes * OpenBLAS.threads
    let fastest = (0..<3).compactMap { _ in measuredClock() }.max()
    let own = fastest.map { 1e-9 * $0 * Double(perCycle) }
    let least = try world.allReduce(own ?? 0, .minimum)
    possible = least > 0 ? least : nil
  }

  private var share: Double? { possible.map { measured / $0 } }

  /// What was measured.
  var line: String {
    "products: \(Int(measured.rounded())) GFLOP/s a rank"
      + (share.map { share in
        ", \(Int((100 * share).rounded())) % of what \(InstructionSet.ofProcessor) could do at this clock"
      } ?? "")
  }

  /// What is far from right.
  var warning: String? {
    guard let share, share < 0.5 else { return nil }
    return "products are far slower than this processor could make them: other programs, a quota, "
      + "or kernels that do not suit it"
  }
}
