internal import CHDF5

/// The types of numbers that datasets hold.
public enum ElementType: String, Sendable {
  /// IEEE 754, 32 bits.
  case float32
  /// IEEE 754, 64 bits.
  case float64
  /// Signed, 64 bits.
  case int64
  /// Unsigned, 8 bits.
  case uint8

  /// Bytes of one element.
  public var size: Int {
    switch self {
    case .float32: 4
    case .float64, .int64: 8
    case .uint8: 1
    }
  }

  /// Whether the numbers are integers, which HDF5 keeps in a class apart from the others.
  var isInteger: Bool {
    switch self {
    case .float32, .float64: false
    case .int64, .uint8: true
    }
  }

  /// The type in a file: little-endian on every machine.
  var fileType: hid_t {
    switch self {
    case .float32: H5T_IEEE_F32LE
    case .float64: H5T_IEEE_F64LE
    case .int64: H5T_STD_I64LE
    case .uint8: H5T_STD_U8LE
    }
  }

  /// The type in this machine's memory.
  var memoryType: hid_t {
    switch self {
    case .float32: H5T_NATIVE_FLOAT
    case .float64: H5T_NATIVE_DOUBLE
    case .int64: H5T_NATIVE_INT64
    case .uint8: H5T_NATIVE_UINT8
    }
  }

  /// Finds the smallest type that holds all values of a type in a file.
  ///
  /// - Parameter type: HDF5's identifier of the type.
  /// - Returns: `nil` where none does: texts, compounds, unsigned integers of 64 bits.
  static func holding(_ type: hid_t) -> ElementType? {
    let size = H5Tget_size(type)
    switch H5Tget_class(type) {
    case H5T_FLOAT:
      return size <= 4 ? .float32 : size <= 8 ? .float64 : nil
    case H5T_INTEGER:
      let isSigned = H5Tget_sign(type) != H5T_SGN_NONE
      if size == 1 && !isSigned { return .uint8 }
      return size < 8 || size == 8 && isSigned ? .int64 : nil
    default:
      return nil
    }
  }
}

/// A number that datasets hold.
public protocol HDF5Scalar: BitwiseCopyable {
  /// Its type in a file.
  static var elementType: ElementType { get }
}

extension Float: HDF5Scalar {
  /// `.float32`.
  public static var elementType: ElementType { .float32 }
}

extension Double: HDF5Scalar {
  /// `.float64`.
  public static var elementType: ElementType { .float64 }
}

extension Int64: HDF5Scalar {
  /// `.int64`.
  public static var elementType: ElementType { .int64 }
}

extension UInt8: HDF5Scalar {
  /// `.uint8`.
  public static var elementType: ElementType { .uint8 }
}
