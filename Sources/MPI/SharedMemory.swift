internal import COpenMPI
import Glibc

/// Memory that all ranks of a communicator read and write, where they run on one machine.
///
/// It has no name in any file system, so nothing is left of it when ranks are killed, and it is not
/// bounded by `/dev/shm`, which containers often make small. Windows of MPI would do, but for
/// giving them back, which needs all ranks, some of which may be lost.
public final class SharedMemory {
  // A class because it is unmapped when its last owner lets go of it.
  private let mapping: Mapping
  /// Where each rank's part starts, behind the page of the secret, and where the last one ends.
  private let starts: [Int]

  private init(_ mapping: Mapping, starts: [Int]) {
    self.mapping = mapping
    self.starts = starts
  }

  /// Takes memory in which every rank has a part, all zeros; collective.
  ///
  /// - Parameters:
  ///   - byteCounts: Bytes of each rank's part, the same on every rank; a part lies in the memory
  ///     nearest to its rank.
  ///   - communicator: The ranks.
  /// - Returns: The memory; none, on any rank, where one of them cannot see it, as on another
  ///   machine, or where there is not enough.
  /// - Throws: ``MPIError``.
  public static func shared(
    byteCounts: [Int], on communicator: Communicator
  ) throws(MPIError) -> SharedMemory? {
    precondition(
      byteCounts.count == communicator.size,
      "\(byteCounts.count) parts for \(communicator.size) ranks")
    guard try communicator.isOneNode() else { return nil }

    let page = Int(getpagesize())
    let starts = byteCounts.reduce(into: [page]) { starts, count in
      starts.append(starts[starts.count - 1] + (count + page - 1) / page * page)
    }
    let rank = communicator.rank
    let mapping = try Mapping.shared(byteCount: starts[communicator.size], on: communicator)
    let isThere = mapping?.reserve(starts[rank]..<starts[rank + 1]) ?? false
    let ranksWithIt: Int32 = try communicator.allReduce(isThere ? 1 : 0, .sum)
    guard ranksWithIt == communicator.size, let mapping else { return nil }
    return SharedMemory(mapping, starts: starts)
  }

  /// The part of a rank, which starts at the beginning of a page.
  ///
  /// - Parameter rank: The rank.
  /// - Returns: A view, valid as long as this memory lives.
  public func part(of rank: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: mapping.bytes[starts[rank]..<starts[rank + 1]])
  }
}

/// Pages of an anonymous file that one process made and others have opened.
private final class Mapping {
  let bytes: UnsafeMutableRawBufferPointer
  private let descriptor: Int32

  /// Maps a file, which is closed with the mapping, or at once where it cannot be mapped.
  private init?(_ descriptor: Int32, byteCount: Int) {
    let start = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    guard let start, start != MAP_FAILED else {
      close(descriptor)
      return nil
    }
    self.descriptor = descriptor
    bytes = UnsafeMutableRawBufferPointer(start: start, count: byteCount)
  }

  deinit {
    munmap(bytes.baseAddress, bytes.count)
    close(descriptor)
  }

  /// Makes a file on the first rank and opens it on the others; collective.
  ///
  /// - Returns: Nothing where this rank cannot see it.
  static func shared(
    byteCount: Int, on communicator: Communicator
  ) throws(MPIError) -> Mapping? {
    // What the others need: process and descriptor, and a secret by which they know that it is this
    // file, for a process may have another number in another container.
    let address = UnsafeMutableBufferPointer<Int64>.allocate(capacity: 4)
    address.initialize(repeating: -1)
    var mapping: Mapping?
    if communicator.rank == 0 {
      mapping = Mapping(byteCount: byteCount)
      if let mapping {
        address[0] = Int64(getpid())
        address[1] = Int64(mapping.descriptor)
        for i in 2..<4 {
          address[i] = .random(in: .min ... .max)
          mapping.secret[i - 2] = address[i]
        }
      }
    }
    try communicator.broadcast(address, from: 0)
    defer { address.deallocate() }
    if communicator.rank > 0, address[0] > 0 {
      mapping = Mapping(process: address[0], descriptor: address[1], byteCount: byteCount)
      if let secret = mapping?.secret, secret[0] != address[2] || secret[1] != address[3] {
        mapping = nil
      }
    }
    return mapping
  }

  private convenience init?(byteCount: Int) {
    let closeOnExec: UInt32 = 1
    let descriptor = memfd_create("shoal", closeOnExec)
    guard descriptor >= 0 else { return nil }
    guard ftruncate(descriptor, byteCount) == 0 else {
      close(descriptor)
      return nil
    }
    self.init(descriptor, byteCount: byteCount)
    if !reserve(0..<Int(getpagesize())) { return nil }
  }

  private convenience init?(process: Int64, descriptor number: Int64, byteCount: Int) {
    let descriptor = open("/proc/\(process)/fd/\(number)", O_RDWR | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size == byteCount else {
      close(descriptor)
      return nil
    }
    self.init(descriptor, byteCount: byteCount)
  }

  private var secret: UnsafeMutableBufferPointer<Int64> {
    UnsafeMutableBufferPointer(
      start: bytes.baseAddress?.assumingMemoryBound(to: Int64.self), count: 2)
  }

  /// Takes the memory of a range, which would else end the process when it is first touched and
  /// there is none.
  ///
  /// - Returns: Whether there is as much.
  func reserve(_ range: Range<Int>) -> Bool {
    range.isEmpty || posix_fallocate(descriptor, range.lowerBound, range.count) == 0
  }
}
