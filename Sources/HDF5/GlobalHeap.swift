internal import Foundation

/// Where HDF5 keeps the texts of attributes: collections of objects, the one structure of its files
/// that has no checksum even in the layout that Shoal uses.
///
/// HDF5 1.10 copies an object wherever its number and size lead it, and falls over damaged ones.
/// Source: "HDF5 File Format Specification Version 3.0", section III.E.
public enum GlobalHeap {
  private static let signature = Array("GCOL".utf8) + [1, 0, 0, 0]
  /// Bytes of a collection's header, and of an object's.
  private static let headerLength = 16
  /// What HDF5 makes a collection at least.
  private static let leastSize = 4096

  /// Makes sure that the collections of a file are such as Shoal's own files have, before HDF5
  /// opens it.
  ///
  /// For files without a seal over all their bytes; all of them are looked at.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``HDF5Error`` that says where it is not.
  public static func check(_ path: String) throws(HDF5Error) {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    } catch {
      throw HDF5Error(function: "mmap", path: path, text: "\(error.localizedDescription)")
    }
    let place = data.withUnsafeBytes { damage(in: $0) }
    guard let place else { return }
    throw HDF5Error(
      function: "GlobalHeap.check", path: path,
      text: "its texts, at byte \(place), are not as they were written")
  }

  /// The first collection that is damaged, by its place in the file.
  private static func damage(in file: UnsafeRawBufferPointer) -> Int? {
    guard let base = file.baseAddress else { return nil }
    var start = 0
    while start < file.count,
      let found = memchr(base + start, Int32(signature[0]), file.count - start)
    {
      let place = UnsafeRawPointer(found) - base
      guard file[place...].starts(with: signature) else {
        start = place + 1
        continue
      }
      guard place + headerLength <= file.count else { return place }
      let size = file.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self)
      guard let size = Int(exactly: UInt64(littleEndian: size)), size >= leastSize,
        size <= file.count - place,
        isWhole(UnsafeRawBufferPointer(rebasing: file[place..<place + size]))
      else { return place }
      start = place + size
    }
    return nil
  }

  /// Whether objects fill a collection from its header on, numbered from 1, each a text without
  /// zeros, and behind them nothing but what is free.
  private static func isWhole(_ collection: UnsafeRawBufferPointer) -> Bool {
    var place = headerLength
    var number = 1
    while place + headerLength <= collection.count {
      let found = collection.loadUnaligned(fromByteOffset: place, as: UInt16.self)
      let size = collection.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self)
      guard let size = Int(exactly: UInt64(littleEndian: size)) else { return false }
      if found == 0 { return size == collection.count - place }
      let room = collection.count - place - headerLength
      guard Int(UInt16(littleEndian: found)) == number, (1...max(1, room)).contains(size) else {
        return false
      }
      let text = collection[place + headerLength..<place + headerLength + size]
      let padded = (size + 7) / 8 * 8
      guard padded <= room, !text.contains(0),
        collection[text.endIndex..<text.startIndex + padded].allSatisfy({ $0 == 0 })
      else { return false }
      place += headerLength + padded
      number += 1
    }
    return true
  }
}
