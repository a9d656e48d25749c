internal import CKernels

/// A fast checksum over the bits of floats, which any single flipped bit changes.
///
/// Not a digest: it guards against faulty memory, not against malice.
///
/// - Parameter elements: Floats of any kind.
/// - Returns: The checksum.
public func checksum(_ elements: UnsafeMutableBufferPointer<Float>) -> UInt64 {
  shoal_checksum(elements.count, elements.baseAddress)
}
