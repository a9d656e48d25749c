import Foundation
import Tensors

/// What a rank finds before anything is computed: its processor, and what OpenBLAS made of it.
struct KernelOffer: Equatable {
  /// The best instruction set of processor and operating system.
  var instructions: InstructionSet
  /// The kernel family that OpenBLAS is at.
  var core: String
  /// What the user wants it to be (`OPENBLAS_CORETYPE`).
  var coreVariable: String?
  /// What the user wants oneDNN to be limited to (`ONEDNN_MAX_CPU_ISA`).
  var limitVariable: String?
}

/// The kernels that ranks use together.
///
/// All use what the weakest processor among them has, since other instructions give other last
/// bits. Within that OpenBLAS's choice is corrected where its table of processor models does not
/// know the processor. What a user sets by a library's own variable is left alone.
struct KernelPlan: Equatable {
  /// The instruction set of all ranks.
  let instructions: InstructionSet
  /// The first rank that has no better one.
  let weakestRank: Int
  /// Whether other ranks have.
  let isMixed: Bool
  private let core: String?

  /// Makes the plan.
  ///
  /// - Parameter offers: What each rank finds, in their order.
  init(_ offers: [KernelOffer]) {
    let weakest = offers.map(\.instructions).min() ?? .baseline
    instructions = weakest
    weakestRank = offers.firstIndex { $0.instructions == weakest } ?? 0
    isMixed = offers.contains { $0.instructions > weakest }
    let free = offers.filter { $0.coreVariable == nil }
    let areSuited = free.allSatisfy {
      $0.core == free[0].core && OpenBLAS.instructions(of: $0.core) == weakest
    }
    core = areSuited ? nil : OpenBLAS.core(for: weakest) ?? offers[weakestRank].core
  }

  /// The kernels that OpenBLAS is to be changed to.
  ///
  /// - Parameter offer: What the rank finds.
  /// - Returns: A name; `nil` to leave them.
  func core(for offer: KernelOffer) -> String? {
    offer.coreVariable == nil && offer.core != core ? core : nil
  }

  /// What oneDNN is to be limited to.
  ///
  /// - Parameter offer: What the rank finds.
  /// - Returns: An instruction set; `nil` to leave it.
  func limit(for offer: KernelOffer) -> InstructionSet? {
    offer.limitVariable == nil && offer.instructions > instructions ? instructions : nil
  }

  /// What was decided for a rank that may surprise its user.
  ///
  /// - Parameters:
  ///   - offer: What the rank finds.
  ///   - version: OpenBLAS's name and version.
  /// - Returns: Sentences about OpenBLAS.
  func notes(for offer: KernelOffer, version: String) -> [String] {
    if let wanted = offer.coreVariable {
      let isKnown = wanted.caseInsensitiveCompare(offer.core) == .orderedSame
      guard isKnown else {
        return [
          "OPENBLAS_CORETYPE=\(wanted) is no kernel family of \(version), which uses \(offer.core) instead"
        ]
      }
      let used = OpenBLAS.instructions(of: offer.core)
      guard used < instructions else { return [] }
      return [
        "OPENBLAS_CORETYPE=\(wanted) keeps \(version) from the \(instructions) of this processor, which makes "
          + "products two to eight times slower"
      ]
    }
    guard let core = core(for: offer) else { return [] }
    // That is what the mixture of processors needs, and is said of it.
    guard OpenBLAS.instructions(of: offer.core) < instructions else { return [] }
    return [
      "\(version) does not know this processor and had chosen \(offer.core) kernels; using \(core), for its "
        + "\(instructions) (OPENBLAS_CORETYPE=\(offer.core) undoes it)"
    ]
  }
}
