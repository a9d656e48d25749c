import DataParallel
import Files
import Foundation
public import MPI
import Tensors

/// What a rank's numbers are computed with.
public enum Kernels {
  /// What ranks agreed on, once for the process: oneDNN cannot be changed after its first product.
  nonisolated(unsafe) private static var plan: KernelPlan?
  /// A digest of what the kernels in use make of fixed numbers.
  nonisolated(unsafe) private(set) static var fingerprint = KernelFingerprint(text: "")

  /// The libraries, kernels and threads of this rank.
  static var own: String {
    let threads = OpenBLAS.threads
    let products =
      ProductLibrary.current == .openblas ? ["\(OpenBLAS.version) (\(OpenBLAS.core))"] : []
    return
      (products + [
        "\(OneDNN.version) (\(OneDNN.instructions))",
        "\(InstructionSet.ofProcessor) vector kernels",
        "\(threads) thread\(threads == 1 ? "" : "s")",
      ]).joined(separator: ", ")
  }

  /// Chooses the kernels of all ranks that share a run, and sees that they compute alike;
  /// collective.
  ///
  /// To be called before anything is computed.
  ///
  /// - Parameters:
  ///   - run: The run's settings.
  ///   - world: Its ranks.
  /// - Returns: What was done that a user may want to know, the same on every rank.
  /// - Throws: ``KernelError``; `MPIError`.
  public static func prepare(
    for run: RunConfiguration, on world: Communicator
  ) throws -> [String] {
    let isUniform = run.reduction.mode == .exact
    let notes = try prepare(run.kernels, isUniform: isUniform, on: world)
    if isUniform { try compare(on: world) }
    return notes
  }

  /// Chooses the kernels of all ranks, and sees that their products are right; collective.
  ///
  /// Later calls in the same process choose between libraries alone.
  ///
  /// - Parameters:
  ///   - configuration: Which libraries may be used.
  ///   - isUniform: Whether all ranks must give the same bits.
  ///   - world: The ranks that compute together.
  /// - Returns: What was done that a user may want to know, the same on every rank.
  /// - Throws: ``KernelError``; `MPIError`.
  static func prepare(
    _ configuration: KernelsConfiguration, isUniform: Bool, on world: Communicator
  ) throws -> [String] {
    try checkMemory()
    var notes: [String] = []
    let ownNotes = try agree(isUniform: isUniform, on: world, notes: &notes)
    try choose(configuration.products, on: world, notes: &notes)
    if ProductLibrary.current == .openblas { notes += try unique(ownNotes, on: world) }
    fingerprint = KernelFingerprint.current
    return notes
  }

  /// Sees whether the libraries get the memory in which they make their kernels, without which they
  /// end the process.
  private static func checkMemory() throws {
    let needed = 64 << 20
    guard let left = AvailableMemory().ofProcess, left < needed else { return }
    throw LaunchError.memory(
      host: try Communicator.processorName(), needed: needed, available: left,
      limit: "the limit of a process (ulimit -v or -d)")
  }

  /// Agrees on instruction sets.
  ///
  /// - Returns: What this rank has to say of OpenBLAS.
  static func agree(
    isUniform: Bool, on world: Communicator, notes: inout [String]
  ) throws -> [String] {
    guard plan == nil else { return [] }
    let variables = ProcessInfo.processInfo.environment
    let offer = KernelOffer(
      instructions: .ofProcessor, core: OpenBLAS.core,
      coreVariable: variables["OPENBLAS_CORETYPE"],
      limitVariable: variables["ONEDNN_MAX_CPU_ISA"])
    let offers = isUniform ? try all(offer, on: world) : [offer]
    let plan = KernelPlan(offers)
    Kernels.plan = plan
    if let core = plan.core(for: offer) { _ = OpenBLAS.use(core) }
    if let limit = plan.limit(for: offer) { _ = OneDNN.limit(to: limit) }
    if let limit = offer.limitVariable, OneDNN.instructions < plan.instructions {
      notes.append(
        "ONEDNN_MAX_CPU_ISA=\(limit) keeps \(OneDNN.version) from the \(plan.instructions) of this processor"
      )
    }
    if plan.isMixed {
      let host = try world.broadcast(Communicator.processorName(), from: plan.weakestRank)
      notes.append(
        "all ranks use \(plan.instructions) kernels, since rank \(plan.weakestRank) on \(host) has no better "
          + "ones (reduction.mode=fast lets each use its own)")
    }
    return plan.notes(for: offer, version: OpenBLAS.version)
  }

  /// Takes the first library whose products are right on all ranks.
  private static func choose(
    _ choice: KernelsConfiguration.Products, on world: Communicator, notes: inout [String]
  ) throws {
    var faults: [String] = []
    for library in choice.libraries {
      if let lack = try first(lackOfMemory(of: library), on: world) {
        faults.append(lack)
        continue
      }
      while true {
        let name = library == .onednn ? OneDNN.version : "\(OpenBLAS.version) (\(OpenBLAS.core))"
        guard let fault = try first(library.fault().map { "\(name) \($0)" }, on: world) else {
          for fault in faults { notes.append("\(fault); using \(name)") }
          return
        }
        faults.append(fault)
        guard library == .openblas, try stepDown(on: world) else { break }
      }
    }
    let core = ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"]
    throw KernelError.noLibrary(
      faults: faults, choice: choice, coreVariable: choice == .onednn ? nil : core)
  }

  /// The fault of the first rank that has one; collective.
  private static func first(_ fault: String?, on world: Communicator) throws -> String? {
    let found = try world.allGather(fault ?? "")
    return found.firstIndex { !$0.isEmpty }.map { rank in
      world.size == 1 ? found[rank] : "rank \(rank): \(found[rank])"
    }
  }

  /// Sees whether OpenBLAS gets the memory of its first product, for which it asks again and again
  /// for ever (0.3.21: 128 MiB a thread).
  private static func lackOfMemory(of library: ProductLibrary) -> String? {
    let needed = OpenBLAS.threads * 128 << 20
    guard library == .openblas, let left = AvailableMemory().ofProcess, left < needed else {
      return nil
    }
    return
      "\(OpenBLAS.version) needs \(needed >> 20) MiB of memory, of which \(left >> 20) MiB are "
      + "left of this process's limit (ulimit -v or -d)"
  }

  /// Changes OpenBLAS to the kernels of the instruction set below, unless a user chose them.
  private static func stepDown(on world: Communicator) throws -> Bool {
    let level = OpenBLAS.instructions(of: OpenBLAS.core)
    let below = InstructionSet.allCases.last { $0 < level }.map {
      OpenBLAS.core(for: $0) ?? "Nehalem"
    }
    let isFree = ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"] == nil
    let isDone = below.map { isFree && OpenBLAS.use($0) } ?? false
    return try world.allReduce(isDone ? Int64(1) : 0, .minimum) == 1
  }

  /// Sees whether all ranks compute alike, without which it would matter to the bits which has what
  /// data.
  static func compare(on world: Communicator) throws {
    let all = try world.allGather("\(fingerprint.text) \(own)")
    func digest(_ rank: Int) -> Substring { all[rank].prefix { $0 != " " } }
    guard let odd = all.indices.first(where: { digest($0) != digest(0) }) else { return }
    throw KernelError.ranksDiffer(first: all[0], rank: odd, found: all[odd])
  }

  private static func all(_ offer: KernelOffer, on world: Communicator) throws -> [KernelOffer] {
    let fields = [offer.coreVariable, offer.limitVariable].map { $0.map { "=\($0)" } ?? "" }
    let text = ["\(offer.instructions.rawValue)", offer.core] + fields
    return try world.allGather(text.joined(separator: "\n")).map { text in
      let fields = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      func variable(_ field: String) -> String? {
        field.isEmpty ? nil : String(field.dropFirst())
      }
      return KernelOffer(
        instructions: InstructionSet(rawValue: Int(fields[0]) ?? 0) ?? .baseline, core: fields[1],
        coreVariable: variable(fields[2]), limitVariable: variable(fields[3]))
    }
  }

  /// What any rank has to say, once.
  private static func unique(_ notes: [String], on world: Communicator) throws -> [String] {
    var found: [String] = []
    for note in try world.allGather(notes.joined(separator: "\n")).flatMap({
      $0.split(separator: "\n").map(String.init)
    }) where !found.contains(note) {
      found.append(note)
    }
    return found
  }
}
