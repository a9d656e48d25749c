import Tensors
import Testing

@testable import Experiments

/// Which kernels ranks use, by what they find.
struct KernelPlanTests {
  private let version = "OpenBLAS 0.3.21"

  private func offer(
    _ instructions: InstructionSet, _ core: String, variable: String? = nil, limit: String? = nil
  ) -> KernelOffer {
    KernelOffer(
      instructions: instructions, core: core, coreVariable: variable, limitVariable: limit)
  }

  @Test(arguments: ["SkylakeX", "Cooperlake", "SapphireRapids"])
  func aChoiceThatSuitsTheProcessorIsLeft(_ core: String) {
    let own = offer(.avx512, core)
    let plan = KernelPlan([own, own])
    #expect(plan.core(for: own) == nil && plan.limit(for: own) == nil && !plan.isMixed)
    #expect(plan.notes(for: own, version: version).isEmpty)
  }

  @Test(arguments: [
    (InstructionSet.avx512, "Prescott", "SkylakeX"), (.avx512, "Haswell", "SkylakeX"),
    (.avx512, "Zen", "SkylakeX"), (.avx2, "Prescott", "Haswell"), (.avx2, "Sandybridge", "Haswell"),
    (.avx2, "Barcelona", "Haswell"),
  ])
  func aChoiceBelowTheProcessorIsCorrected(
    _ instructions: InstructionSet, _ core: String, _ better: String
  ) throws {
    let own = offer(instructions, core)
    let plan = KernelPlan([own])
    #expect(plan.core(for: own) == better)
    let note = try #require(plan.notes(for: own, version: version).first)
    #expect(note.contains("had chosen \(core) kernels; using \(better)"), "\(note)")
    #expect(note.contains("OPENBLAS_CORETYPE=\(core) undoes it"), "\(note)")
  }

  @Test func aProcessorWithoutAVX2KeepsItsKernels() {
    let own = offer(.baseline, "Sandybridge")
    #expect(KernelPlan([own]).core(for: own) == nil)
  }

  @Test func aUsersKernelsAreObeyedAndCommentedOnWhereTheyAreSlow() throws {
    let slow = offer(.avx512, "Haswell", variable: "haswell")
    let plan = KernelPlan([slow])
    #expect(plan.core(for: slow) == nil)
    let note = try #require(plan.notes(for: slow, version: version).first)
    #expect(note.contains("OPENBLAS_CORETYPE=haswell keeps OpenBLAS 0.3.21 from the AVX-512"))
    let fast = offer(.avx512, "SkylakeX", variable: "SkylakeX")
    #expect(KernelPlan([fast]).notes(for: fast, version: version).isEmpty)
  }

  @Test func aNameThatOpenBLASDoesNotKnowIsSaid() throws {
    let own = offer(.avx512, "Cooperlake", variable: "SkylakX")
    let note = try #require(KernelPlan([own]).notes(for: own, version: version).first)
    #expect(note.contains("OPENBLAS_CORETYPE=SkylakX is no kernel family"), "\(note)")
    #expect(note.contains("uses Cooperlake"), "\(note)")
  }

  @Test func ranksTakeWhatTheWeakestHas() {
    let strong = offer(.avx512, "Cooperlake")
    let weak = offer(.avx2, "Haswell")
    let plan = KernelPlan([strong, weak, strong])
    #expect(plan.isMixed && plan.weakestRank == 1 && plan.instructions == .avx2)
    #expect(plan.core(for: strong) == "Haswell" && plan.core(for: weak) == nil)
    #expect(plan.limit(for: strong) == .avx2 && plan.limit(for: weak) == nil)
    #expect(plan.notes(for: strong, version: version).isEmpty)
    let old = offer(.baseline, "Nehalem")
    #expect(KernelPlan([strong, old]).core(for: strong) == "Nehalem")
  }

  @Test func ranksWithTheSameInstructionsTakeTheSameKernels() {
    let (one, other) = (offer(.avx512, "Cooperlake"), offer(.avx512, "SkylakeX"))
    let plan = KernelPlan([one, other])
    #expect(!plan.isMixed && plan.core(for: one) == "SkylakeX" && plan.core(for: other) == nil)
  }

  @Test func aUsersLimitOfOneDNNIsLeft() {
    let limited = offer(.avx512, "SkylakeX", limit: "SSE41")
    #expect(KernelPlan([limited, offer(.avx2, "Haswell")]).limit(for: limited) == nil)
  }
}
