/// Memory for `count` elements that starts at a multiple of 64 bytes.
///
/// A class because views into it are handed out for as long as it lives: a model's parameters, a
/// workspace's activations. It is never resized.
public final class AlignedBuffer<Element: BitwiseCopyable> {
  /// The elements.
  public let elements: UnsafeMutableBufferPointer<Element>
  /// What the memory belongs to; none where this buffer gives it back.
  private let owner: AnyObject?

  /// Allocates the memory and sets every element.
  ///
  /// - Parameters:
  ///   - count: Number of elements.
  ///   - value: The value of each.
  public init(count: Int, repeating value: Element) {
    precondition(count >= 0, "\(count) elements")
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, count) * MemoryLayout<Element>.stride, alignment: 64)
    elements = UnsafeMutableBufferPointer(
      start: memory.bindMemory(to: Element.self, capacity: max(1, count)), count: count)
    elements.initialize(repeating: value)
    owner = nil
  }

  /// Takes the elements from memory that somebody else has allocated.
  ///
  /// - Parameters:
  ///   - count: Number of elements.
  ///   - memory: Holds at least as many, and starts at a multiple of 64 bytes.
  ///   - owner: Gives the memory back, not before this buffer has let go of it.
  public init(count: Int, in memory: UnsafeMutableRawBufferPointer, of owner: AnyObject) {
    let needed = count * MemoryLayout<Element>.stride
    precondition(needed <= memory.count, "\(needed) bytes in \(memory.count)")
    let start = memory.baseAddress?.bindMemory(to: Element.self, capacity: count)
    precondition(UInt(bitPattern: start) % 64 == 0, "not aligned")
    elements = UnsafeMutableBufferPointer(start: start, count: count)
    self.owner = owner
  }

  deinit { if owner == nil { UnsafeMutableRawPointer(elements.baseAddress)?.deallocate() } }

  /// The elements of a part, by their places in the whole.
  ///
  /// - Parameter range: Places in `0..<count`.
  /// - Returns: A view, valid as long as this buffer lives.
  public func view(_ range: Range<Int>) -> UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(rebasing: elements[range])
  }
}
