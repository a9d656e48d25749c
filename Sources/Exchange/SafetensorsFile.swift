internal import Files

/// Files of the format `safetensors`, from which PyTorch, JAX and others load weights.
///
/// Eight bytes give the length of a header in JSON, which has the type, the shape and the place
/// of each array; the elements follow without gaps. The header is padded with spaces, so that the
/// elements start at a multiple of eight bytes. Source: Hugging Face, "Safetensors", format
/// description, 2022.
public enum SafetensorsFile {
  /// Writes arrays; a file of that name is replaced at once.
  ///
  /// - Parameters:
  ///   - arrays: The arrays, in the order of the file; no name twice.
  ///   - metadata: Texts by name, which the header has under `__metadata__`; no name twice.
  ///   - path: The file.
  /// - Throws: ``ExchangeError``; the file that had the name is then as it was.
  public static func write(
    _ arrays: [NamedArray], metadata: [(name: String, text: String)] = [], to path: String
  ) throws(ExchangeError) {
    checkNames(arrays.map(\.name) + [metadataName])
    checkNames(metadata.map(\.name))
    do throws(FileError) {
      try header(arrays, metadata).withUnsafeBufferPointer { (header) throws(FileError) in
        try Disk.write([UnsafeRawBufferPointer(header)] + arrays.map(\.bytes), to: path)
      }
    } catch {
      throw ExchangeError(writing: path, error)
    }
  }

  private static let metadataName = "__metadata__"

  private static func header(
    _ arrays: [NamedArray], _ metadata: [(name: String, text: String)]
  ) -> [UInt8] {
    let texts = metadata.map { "\(quoted($0.name)):\(quoted($0.text))" }
    var members = texts.isEmpty ? [] : ["\"\(metadataName)\":{\(texts.joined(separator: ","))}"]
    var start = 0
    for array in arrays {
      let end = start + array.bytes.count
      let shape = array.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(array.name)):{\"dtype\":\"F32\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(start),\(end)]}")
      start = end
    }
    var text = Array("{\(members.joined(separator: ","))}".utf8)
    text += [UInt8](repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    return withUnsafeBytes(of: UInt64(text.count).littleEndian, Array.init) + text
  }

  /// A text as JSON has it.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case "\n": quoted += "\\n"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
