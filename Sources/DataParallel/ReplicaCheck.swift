public import Layers
public import MPI
public import Tensors

/// Sees whether all ranks hold the same numbers, as they must from the first step to the last.
///
/// A bit that flips in one rank's memory makes that rank train another model, and nothing else
/// would tell: sums over ranks stay sums. So checksums are compared now and then.
public struct ReplicaCheck {
  /// A vector of which every rank holds the same.
  public typealias Vector = (name: String, values: AlignedBuffer<Float>)

  private let layout: ParameterLayout
  private let vectors: [Vector]
  private let communicator: Communicator
  private let checksums: AlignedBuffer<UInt64>
  private let extremes = AlignedBuffer<Int64>(count: 2, repeating: 0)

  /// Prepares comparisons.
  ///
  /// - Parameters:
  ///   - layout: Where each parameter lies in the vectors.
  ///   - vectors: Parameters and moments.
  ///   - communicator: The ranks that hold them.
  public init(layout: ParameterLayout, vectors: [Vector], communicator: Communicator) {
    self.layout = layout
    self.vectors = vectors
    self.communicator = communicator
    checksums = AlignedBuffer(count: vectors.count * layout.entries.count, repeating: 0)
  }

  /// Compares all vectors; collective.
  ///
  /// - Returns: `nil` where all ranks hold the same; else who differs in what, on every rank.
  /// - Throws: `MPIError`.
  public func difference() throws(MPIError) -> String? {
    if communicator.size == 1 { return nil }
    var whole: UInt64 = 0
    var index = 0
    for vector in vectors {
      for entry in layout.entries {
        checksums.elements[index] = checksum(vector.values.view(entry.range))
        whole = (whole &+ checksums.elements[index]) &* 0x9E37_79B9_7F4A_7C15
        index += 1
      }
    }
    // The smallest and the largest at once: they are the same where all are.
    extremes.elements[0] = Int64(bitPattern: whole)
    extremes.elements[1] = ~Int64(bitPattern: whole)
    try communicator.allReduce(extremes.elements, .maximum)
    if extremes.elements[0] == ~extremes.elements[1] { return nil }
    let all = try communicator.allGather(
      checksums.elements.map { String($0, radix: 16) }.joined(separator: " "))
    return describe(all.map { $0.split(separator: " ").map(String.init) })
  }

  /// Says of the first tensor that differs which ranks are in the minority.
  private func describe(_ checksums: [[String]]) -> String {
    let tensors = vectors.flatMap { vector in layout.entries.map { "\(vector.name) of \($0.name)" }
    }
    let differing = tensors.indices.filter { index in
      Set(checksums.map { $0[index] }).count > 1
    }
    guard let first = differing.first else { return "the ranks differ" }
    let found = Dictionary(grouping: checksums.indices) { checksums[$0][first] }
    let sizes = found.values.map(\.count).sorted()
    let others = differing.count > 1 ? " and \(differing.count - 1) more" : ""
    let what = "in the \(tensors[first])\(others)"
    // Without a majority nobody knows who is right.
    if sizes.count > 1, sizes[sizes.count - 1] == sizes[sizes.count - 2] {
      return "ranks differ from one another \(what)"
    }
    let odd = found.values.filter { $0.count < sizes[sizes.count - 1] }.flatMap { $0 }.sorted()
    let names = odd.map(String.init).joined(separator: ", ")
    return "rank\(odd.count == 1 ? "" : "s") \(names) differ\(odd.count == 1 ? "s" : "") "
      + "from the others \(what)"
  }
}
