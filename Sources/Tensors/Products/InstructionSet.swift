internal import CKernels

/// Instruction sets that kernels are written for, each better than the one before.
public enum InstructionSet: Int, Comparable, CaseIterable, Sendable, CustomStringConvertible {
  /// What every processor of the architecture has: SSE2 of x86-64, NEON of AArch64.
  case baseline
  /// AVX2 with FMA: x86-64-v3, since Haswell (2013) and Zen (2017).
  case avx2
  /// The AVX-512 of x86-64-v4, since Skylake-SP (2017) and Zen 4 (2022).
  case avx512

  /// The best that processor and operating system have, asked by `cpuid`; the vector kernels use
  /// it.
  public static var ofProcessor: InstructionSet {
    InstructionSet(rawValue: Int(shoal_instructions())) ?? .baseline
  }

  /// Orders by what a processor can do in a cycle.
  public static func < (a: InstructionSet, b: InstructionSet) -> Bool { a.rawValue < b.rawValue }

  /// The name that processors' makers use.
  public var description: String {
    switch self {
    case .avx512: "AVX-512"
    case .avx2: "AVX2"
    case .baseline:
      #if arch(x86_64)
      "SSE2"
      #elseif arch(arm64)
      "NEON"
      #else
      "baseline"
      #endif
    }
  }

  /// Floats in a register.
  public var lanes: Int {
    switch self {
    case .avx512: 16
    case .avx2: 8
    case .baseline: 4
    }
  }
}

/// The processor's clock in Hz, as measured in less than a millisecond; `nil` where it cannot be.
public func measuredClock() -> Double? {
  let cycles = shoal_cycles_per_second()
  return cycles > 0 ? cycles : nil
}
