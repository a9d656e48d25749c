internal import COneDNN

/// The linked oneDNN: its kernels and threads.
public enum OneDNN {
  /// The library's name and version, as in `oneDNN 2.6.3`.
  public static var version: String { "oneDNN " + String(cString: shoal_onednn_version()) }

  /// Sets the number of threads of this rank's products and convolutions; to be called before the
  /// first one.
  ///
  /// - Parameter count: At least 1.
  public static func setThreads(_ count: Int) { shoal_onednn_set_threads(Int32(clamping: count)) }

  /// Keeps oneDNN from better instruction sets than one.
  ///
  /// - Parameter instructions: The best that may be used.
  /// - Returns: Whether that was possible: only before the first product or convolution.
  public static func limit(to instructions: InstructionSet) -> Bool {
    shoal_onednn_limit(Int32(instructions.rawValue)) == 0
  }

  /// The instruction set in use, which follows from the processor, ``limit(to:)`` and
  /// `ONEDNN_MAX_CPU_ISA`; cannot be limited any more after this was asked.
  public static var instructions: InstructionSet {
    InstructionSet(rawValue: Int(shoal_onednn_instructions())) ?? .baseline
  }
}
