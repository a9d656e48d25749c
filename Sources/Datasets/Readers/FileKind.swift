internal import Files
internal import Foundation

/// What a file is by its first bytes: for messages, and for the choice of a decompressor.
public enum FileKind {
  /// Bytes that ``name(of:)`` wants to see.
  static let headLength = 1 << 12

  /// What a prepared file is called.
  static let prepared = "prepared data of Shoal"

  /// The first bytes of gzip, with its only method.
  static let gzip: [UInt8] = [0x1F, 0x8B, 0x08]
  /// The first bytes of xz.
  static let xz: [UInt8] = [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]

  /// First bytes, where they lie, and what has them.
  private static let magics: [(offset: Int, bytes: [UInt8], name: String)] = [
    (0, gzip, "gzip"), (0, xz, "xz"), (0, Array("BZh".utf8), "bzip2"),
    (0, [0x28, 0xB5, 0x2F, 0xFD], "Zstandard"), (0, [0x04, 0x22, 0x4D, 0x18], "LZ4"),
    (0, [0x1F, 0x9D], "compress (.Z)"), (0, [0x50, 0x4B, 3, 4], "zip or .npz"),
    (0, [0x50, 0x4B, 5, 6], "an empty zip"), (0, Array("Rar!".utf8), "RAR"),
    (0, [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "7-Zip"), (257, Array("ustar".utf8), "tar"),
    (0, [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10], "a PNG image"),
    (0, [0xFF, 0xD8, 0xFF], "a JPEG image"), (0, Array("GIF8".utf8), "a GIF image"),
    (0, [0x49, 0x49, 0x2A, 0], "a TIFF image"), (0, [0x4D, 0x4D, 0, 0x2A], "a TIFF image"),
    (8, Array("WEBP".utf8), "a WebP image"),
    (0, Array("Shoal checkpoint".utf8), "a checkpoint of Shoal"),
    (0, Array("Shoal prepared data".utf8), prepared),
    (0, [0x93] + Array("NUMPY".utf8), "a NumPy array (.npy)"),
    (0, Array("MATLAB 5.0".utf8), "a MATLAB file"), (8, Array("{\"".utf8), "safetensors"),
    (0, [0x80, 2], "a Python pickle"), (0, [0x80, 3], "a Python pickle"),
    (0, [0x80, 4], "a Python pickle"), (0, [0x80, 5], "a Python pickle"),
    (0, Array("PAR1".utf8), "Parquet"), (0, Array("SQLite format 3".utf8), "SQLite"),
    (0, Array("%PDF".utf8), "PDF"), (0, [0x7F] + Array("ELF".utf8), "a program"),
    (0, [0, 5, 0x16, 7], "what macOS keeps beside a file (AppleDouble)"),
    (0, Array("version https://git-lfs".utf8), "a pointer to a file in Git LFS"),
    (0, [0, 0, 8, 1], "IDX labels"), (0, [0, 0, 8, 3], "IDX images"), (0, [0, 0, 8], "IDX"),
  ]
  /// HDF5's first bytes, at offset 0, 512, 1024 and so on.
  private static let hdf5: [UInt8] = [0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10]

  /// Names what begins with some bytes.
  ///
  /// - Parameter head: The first ``headLength`` bytes of a file, or all where it has fewer.
  /// - Returns: Words for a message; `nil` where the bytes say nothing.
  static func name(of head: [UInt8]) -> String? {
    if head.isEmpty { return "empty" }
    func has(_ bytes: [UInt8], at offset: Int) -> Bool {
      head.dropFirst(offset).starts(with: bytes)
    }
    if let magic = magics.first(where: { has($0.bytes, at: $0.offset) }) { return magic.name }
    if [0, 512, 1024, 2048].contains(where: { has(hdf5, at: $0) }) { return "HDF5" }
    if head.allSatisfy({ $0 == 0 }) { return "zeros" }
    return textName(of: head)
  }

  private static func textName(of head: [UInt8]) -> String? {
    guard !head.contains(where: { $0 < 9 || (14..<32).contains($0) && $0 != 27 }) else {
      return nil
    }
    // A character of several bytes may be cut at the end.
    let isText = (0..<4).contains { String(validating: head.dropLast($0), as: UTF8.self) != nil }
    guard isText else { return nil }
    let start = String(decoding: head.prefix(512), as: UTF8.self).lowercased()
      .drop { $0.isWhitespace || $0 == "\u{FEFF}" }
    if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") || start.contains("<html") {
      return "HTML"
    }
    return start.hasPrefix("<") ? "XML" : start.hasPrefix("{") ? "JSON" : "text"
  }

  /// Names what a path leads to.
  ///
  /// - Parameter path: A file, a folder or anything else.
  /// - Returns: Words for a message, such as "gzip of IDX images".
  public static func name(ofFileAt path: String) -> String {
    switch try? Disk.kind(of: path) {
    case .file: break
    case .folder: return "a folder"
    case .other: return "a pipe, device or socket"
    case nil: return "a file that cannot be looked at"
    }
    guard let file = FileHandle(forReadingAtPath: path),
      let data = try? file.read(upToCount: headLength) ?? Data()
    else { return "a file that cannot be read" }
    let head = Array(data)
    guard let name = name(of: head) else { return "none of the kinds of file that Shoal knows" }
    guard head.starts(with: gzip) || head.starts(with: xz) else { return name }
    do throws(DatasetError) {
      var inside = try CompressedFile(path)
      let bytes = try inside.head(after: [])
      return "\(name) of \(FileKind.name(of: bytes) ?? "bytes of no known kind")"
    } catch {
      return "\(name), damaged"
    }
  }
}
