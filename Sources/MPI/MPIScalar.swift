internal import COpenMPI

/// A number that MPI can send and reduce.
public protocol MPIScalar: BitwiseCopyable {
  /// Which of MPI's basic types it is.
  static var kind: MPIScalarKind { get }
}

/// MPI's basic types, as far as they are used here.
public enum MPIScalarKind: Sendable {
  /// IEEE 754, 32 bits.
  case float
  /// IEEE 754, 64 bits.
  case double
  /// Signed, 32 bits.
  case int32
  /// Signed, 64 bits.
  case int64
  /// Unsigned, 8 bits.
  case uint8
  /// Unsigned, 32 bits.
  case uint32
  /// Unsigned, 64 bits.
  case uint64

  /// The type's handle in the C library.
  var handle: MPI_Datatype {
    switch self {
    case .float: MPI_FLOAT
    case .double: MPI_DOUBLE
    case .int32: MPI_INT32_T
    case .int64: MPI_INT64_T
    case .uint8: MPI_UINT8_T
    case .uint32: MPI_UINT32_T
    case .uint64: MPI_UINT64_T
    }
  }

  /// Whether its bits may be combined.
  var isInteger: Bool {
    switch self {
    case .float, .double: false
    case .int32, .int64, .uint8, .uint32, .uint64: true
    }
  }
}

extension Float: MPIScalar {
  /// `.float`.
  public static var kind: MPIScalarKind { .float }
}

extension Double: MPIScalar {
  /// `.double`.
  public static var kind: MPIScalarKind { .double }
}

extension Int32: MPIScalar {
  /// `.int32`.
  public static var kind: MPIScalarKind { .int32 }
}

extension Int64: MPIScalar {
  /// `.int64`.
  public static var kind: MPIScalarKind { .int64 }
}

extension UInt8: MPIScalar {
  /// `.uint8`.
  public static var kind: MPIScalarKind { .uint8 }
}

extension UInt32: MPIScalar {
  /// `.uint32`.
  public static var kind: MPIScalarKind { .uint32 }
}

extension UInt64: MPIScalar {
  /// `.uint64`.
  public static var kind: MPIScalarKind { .uint64 }
}

/// How the values of all ranks become one.
public enum Reduction: Sendable {
  /// Their sum; integers wrap around.
  case sum
  /// The largest of them.
  case maximum
  /// The smallest of them.
  case minimum
  /// A bit is set where any of them has it; integers only.
  case bitwiseOr

  /// The operation's handle in the C library.
  var handle: MPI_Op {
    switch self {
    case .sum: MPI_SUM
    case .maximum: MPI_MAX
    case .minimum: MPI_MIN
    case .bitwiseOr: MPI_BOR
    }
  }
}
