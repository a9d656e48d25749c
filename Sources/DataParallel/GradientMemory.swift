import Layers
import MPI
import Tensors

/// The memory of all shards' gradients and of their sum.
///
/// Where all ranks run on one machine they can hold it together: then each rank sees the gradients
/// of all shards, and writes a part of one sum.
struct GradientMemory {
  /// This rank's gradients, one a shard.
  let own: [AlignedBuffer<Float>]
  /// What this rank can add: the gradients of all shards, or its own.
  let visible: AlignedBuffer<UnsafePointer<Float>?>
  /// Whether that is all shards' gradients.
  let holdsAll: Bool
  /// The sum over all shards.
  let sum: AlignedBuffer<Float>
  /// The sums of squares of the sum's pieces.
  let squares: AlignedBuffer<Double>

  /// Takes memory that the ranks hold together, or else each its own.
  ///
  /// - Parameters:
  ///   - layout: The gradients' layout.
  ///   - pieces: The number of pieces.
  ///   - shards: The number of shards of each rank.
  ///   - isShared: Whether to share it if possible.
  ///   - communicator: The ranks; all must call this.
  /// - Throws: `MPIError`.
  init(
    _ layout: ParameterLayout, pieces: Int, shards: [Int], isShared: Bool,
    on communicator: Communicator
  ) throws(MPIError) {
    var byteCounts = shards.map { $0 * Supply.size(of: Float.self, layout.count) }
    byteCounts[0] +=
      Supply.size(of: Float.self, layout.count) + Supply.size(of: Double.self, pieces)
    guard
      isShared, communicator.size > 1,
      let memory = try SharedMemory.shared(byteCounts: byteCounts, on: communicator)
    else {
      own = (0..<shards[communicator.rank]).map { _ in
        AlignedBuffer(count: layout.count, repeating: 0)
      }
      sum = AlignedBuffer(count: layout.count, repeating: 0)
      squares = AlignedBuffer(count: pieces, repeating: 0)
      visible = GradientMemory.pointers(to: own)
      holdsAll = communicator.size == 1
      return
    }
    var supplies = byteCounts.indices.map { Supply(memory.part(of: $0), of: memory) }
    let gradients = shards.enumerated().map { rank, count in
      (0..<count).map { _ in supplies[rank].buffer(of: Float.self, layout.count) }
    }
    own = gradients[communicator.rank]
    sum = supplies[0].buffer(of: Float.self, layout.count)
    squares = supplies[0].buffer(of: Double.self, pieces)
    visible = GradientMemory.pointers(to: gradients.flatMap(\.self))
    holdsAll = true
  }

  private static func pointers(
    to buffers: [AlignedBuffer<Float>]
  ) -> AlignedBuffer<UnsafePointer<Float>?> {
    let pointers = AlignedBuffer<UnsafePointer<Float>?>(count: buffers.count, repeating: nil)
    for (i, buffer) in buffers.enumerated() {
      pointers.elements[i] = UnsafePointer(buffer.elements.baseAddress)
    }
    return pointers
  }
}

/// Memory of which buffers are made, from its start to its end.
private struct Supply {
  private var rest: UnsafeMutableRawBufferPointer
  private let owner: AnyObject

  init(_ memory: UnsafeMutableRawBufferPointer, of owner: AnyObject) {
    rest = memory
    self.owner = owner
  }

  /// The bytes that a buffer takes, so that the next one is aligned as well.
  static func size<Element>(of type: Element.Type, _ count: Int) -> Int {
    (count * MemoryLayout<Element>.stride + 63) / 64 * 64
  }

  mutating func buffer<Element: BitwiseCopyable>(
    of type: Element.Type, _ count: Int
  ) -> AlignedBuffer<Element> {
    let buffer = AlignedBuffer<Element>(count: count, in: rest, of: owner)
    rest = UnsafeMutableRawBufferPointer(rebasing: rest[Supply.size(of: type, count)...])
    return buffer
  }
}
