internal import CHDF5

/// What an attribute says about an object.
public enum AttributeValue: Equatable, Sendable {
  /// UTF-8 without zero bytes; h5py reads it as `str`.
  case text(String)
  /// Signed, 64 bits.
  case integer(Int64)
  /// IEEE 754, 64 bits.
  case real(Double)
}

extension File {
  /// Gives an object an attribute, in place of one of that name; collective.
  ///
  /// - Parameters:
  ///   - name: The attribute's name.
  ///   - object: A path from the root, `/` for the file as a whole.
  ///   - value: The same on every rank.
  /// - Throws: ``HDF5Error``.
  public func setAttribute(
    _ name: String, of object: String, to value: AttributeValue
  ) throws(HDF5Error) {
    let place = "\(place(object))@\(name)"
    if try hasAttribute(name, of: object) {
      try call("H5Adelete_by_name", place) {
        H5Adelete_by_name(handle.id, object, name, hid_t(H5P_DEFAULT))
      }
    }
    switch value {
    case .integer(var value):
      try write(&value, type: H5T_STD_I64LE, memoryType: H5T_NATIVE_INT64, name, object, place)
    case .real(var value):
      try write(&value, type: H5T_IEEE_F64LE, memoryType: H5T_NATIVE_DOUBLE, name, object, place)
    case .text(let text):
      precondition(!text.utf8.contains(0), "the text of \(place) has a zero byte")
      let type = try variableText(place, encoding: H5T_CSET_UTF8)
      try text.utf8CString.withUnsafeBufferPointer { (text) throws(HDF5Error) in
        var text = text.baseAddress
        try write(&text, type: type.id, memoryType: type.id, name, object, place)
      }
    }
  }

  /// Whether an object has an attribute.
  ///
  /// - Parameters:
  ///   - name: The attribute's name.
  ///   - object: A path from the root, `/` for the file as a whole.
  /// - Returns: Whether there is one of that name.
  /// - Throws: ``HDF5Error`` where there is no such object.
  public func hasAttribute(_ name: String, of object: String) throws(HDF5Error) -> Bool {
    try call("H5Aexists_by_name", "\(place(object))@\(name)") {
      H5Aexists_by_name(handle.id, object, name, hid_t(H5P_DEFAULT))
    } > 0
  }

  private func write(
    _ value: UnsafeRawPointer, type: @autoclosure () -> hid_t,
    memoryType: @autoclosure () -> hid_t, _ name: String, _ object: String, _ place: String
  ) throws(HDF5Error) {
    let space = try Handle("H5Screate", place, release: H5Sclose) { H5Screate(H5S_SCALAR) }
    let attribute = try Handle("H5Acreate_by_name", place, release: H5Aclose) {
      H5Acreate_by_name(
        handle.id, object, name, type(), space.id, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT),
        hid_t(H5P_DEFAULT))
    }
    try call("H5Awrite", place) { H5Awrite(attribute.id, memoryType(), value) }
    try attribute.close("H5Aclose", place)
  }

  /// Reads an attribute of an object.
  ///
  /// - Parameters:
  ///   - name: The attribute's name.
  ///   - object: A path from the root, `/` for the file as a whole.
  /// - Returns: Integers and reals of any size as the widest, texts of either kind of length.
  /// - Throws: ``HDF5Error`` where there is none, or where it is an array or of another class.
  public func attribute(
    _ name: String, of object: String
  ) throws(HDF5Error) -> AttributeValue {
    let place = "\(place(object))@\(name)"
    let attribute = try Handle("H5Aopen_by_name", place, release: H5Aclose) {
      H5Aopen_by_name(handle.id, object, name, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
    }
    let type = try Handle("H5Aget_type", place, release: H5Tclose) { H5Aget_type(attribute.id) }
    let space = try Handle("H5Aget_space", place, release: H5Sclose) { H5Aget_space(attribute.id) }
    let count = try call("H5Sget_simple_extent_npoints", place) {
      H5Sget_simple_extent_npoints(space.id)
    }
    var kind = H5T_NO_CLASS
    try call("H5Tget_class", place) {
      kind = H5Tget_class(type.id)
      return kind.rawValue
    }
    switch kind {
    case H5T_INTEGER where count == 1:
      var value: Int64 = 0
      try call("H5Aread", place) { H5Aread(attribute.id, H5T_NATIVE_INT64, &value) }
      return .integer(value)
    case H5T_FLOAT where count == 1:
      var value = 0.0
      try call("H5Aread", place) { H5Aread(attribute.id, H5T_NATIVE_DOUBLE, &value) }
      return .real(value)
    case H5T_STRING where count == 1:
      return .text(try text(of: attribute.id, type: type.id, place))
    default:
      throw HDF5Error(
        function: "H5Aread", path: place, text: "neither one number nor one text")
    }
  }

  /// Bytes of a text of fixed length; HDF5 keeps no longer ones in its headers.
  private static let longestText = 1 << 26

  private func text(of attribute: hid_t, type: hid_t, _ place: String) throws(HDF5Error) -> String {
    let isVariable = try call("H5Tis_variable_str", place) { H5Tis_variable_str(type) }
    if isVariable == 0 {
      let size = try call("H5Tget_size", place) { Int(H5Tget_size(type)) }
      guard size <= File.longestText else {
        throw HDF5Error(
          function: "H5Tget_size", path: place,
          text: "a text of \(size) bytes, expected at most \(File.longestText)")
      }
      var bytes = [UInt8](repeating: 0, count: size)
      try call("H5Aread", place) { H5Aread(attribute, type, &bytes) }
      return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    // HDF5 converts between no two encodings, so memory takes the file's.
    let encoding = try call("H5Tget_cset", place) { H5Tget_cset(type).rawValue }
    let memoryType = try variableText(place, encoding: H5T_cset_t(rawValue: encoding))
    var start: UnsafeMutablePointer<CChar>?
    try call("H5Aread", place) { H5Aread(attribute, memoryType.id, &start) }
    guard let start else { return "" }
    let text = String(cString: start)
    try call("H5free_memory", place) { H5free_memory(start) }
    return text
  }

  private func variableText(
    _ place: String, encoding: H5T_cset_t
  ) throws(HDF5Error) -> Handle {
    let type = try Handle("H5Tcopy", place, release: H5Tclose) { H5Tcopy(H5T_C_S1) }
    try call("H5Tset_size", place) { H5Tset_size(type.id, H5T_VARIABLE) }
    try call("H5Tset_cset", place) { H5Tset_cset(type.id, encoding) }
    return type
  }
}
