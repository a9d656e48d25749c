internal import COpenBLAS
import Foundation

/// The linked OpenBLAS: its kernels and threads.
public enum OpenBLAS {
  /// The kernel family that is in use, as in `SkylakeX`.
  ///
  /// OpenBLAS chooses it by a table of processor models when it is loaded, or by
  /// `OPENBLAS_CORETYPE`.
  public static var core: String { String(cString: openblas_get_corename()) }

  /// The library's version and build options.
  public static var configuration: String { String(cString: openblas_get_config()) }

  /// The library's name and version, as in `OpenBLAS 0.3.21`.
  public static var version: String {
    configuration.split(separator: " ").prefix(2).joined(separator: " ")
  }

  /// The number of threads of this rank's products.
  public static var threads: Int {
    get { Int(openblas_get_num_threads()) }
    set { openblas_set_num_threads(Int32(clamping: newValue)) }
  }

  /// The instruction set that a kernel family is written for.
  ///
  /// - Parameter core: Its name, as OpenBLAS or a user spells it.
  /// - Returns: What a processor needs; ``InstructionSet/baseline`` for what came before AVX2.
  public static func instructions(of core: String) -> InstructionSet {
    switch core.lowercased() {
    case "haswell", "zen", "excavator": .avx2
    case "skylakex", "cooperlake", "sapphirerapids", "zen4", "zen5": .avx512
    default: .baseline
    }
  }

  /// The most widely tried kernel family of an instruction set.
  ///
  /// - Parameter instructions: What the processor has.
  /// - Returns: A name; `nil` where OpenBLAS's own choice is as good.
  public static func core(for instructions: InstructionSet) -> String? {
    switch instructions {
    // Not Cooperlake or SapphireRapids, whose products were wrong or crashed on some processors
    // (OpenBLAS issues 5267, 5243, 4282) and are no faster.
    case .avx512: "SkylakeX"
    case .avx2: "Haswell"
    case .baseline: nil
    }
  }

  /// Changes the kernels; no other thread may compute meanwhile.
  ///
  /// - Parameter core: The name of a kernel family.
  /// - Returns: Whether they are in use now; a library that was built for one processor has no
  ///   others.
  public static func use(_ core: String) -> Bool {
    if self.core.caseInsensitiveCompare(core) == .orderedSame { return true }
    typealias Call = @convention(c) () -> Void
    guard let quit = dlsym(nil, "gotoblas_dynamic_quit"),
      let start = dlsym(nil, "gotoblas_dynamic_init")
    else { return false }
    let variable = "OPENBLAS_CORETYPE"
    let before = getenv(variable).map { String(cString: $0) }
    setenv(variable, core, 1)
    unsafeBitCast(quit, to: Call.self)()
    unsafeBitCast(start, to: Call.self)()
    // Programs that this one starts are to choose for themselves.
    if let before { setenv(variable, before, 1) } else { unsetenv(variable) }
    return self.core.caseInsensitiveCompare(core) == .orderedSame
  }
}
