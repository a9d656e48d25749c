import CArchive
import Datasets
import Experiments
import Foundation
import HDF5
import MPI

/// Original files in their formats, plain and compressed, and prepared ones.
let dataTargets =
  ["", ".gz"].map { suffix in
    Target(
      name: "idx" + suffix, file: "train-images-idx3-ubyte" + suffix,
      seeds: { folder in
        for (name, bytes) in idxFiles { try write(bytes, "\(folder)/\(name)") }
        let images = try stored(idxImages(40), suffix, in: folder)
        // Without it the plain file would be found first.
        try? FileManager.default.removeItem(atPath: "\(folder)/train-images-idx3-ubyte")
        return [images]
      }, run: { try extent("{name: mnist, path: \($0)}") })
  } + [
    Target(
      name: "idx-labels", file: "train-labels-idx1-ubyte",
      seeds: { folder in
        for (name, bytes) in idxFiles { try write(bytes, "\(folder)/\(name)") }
        return [idxLabels(40)]
      }, run: { try extent("{name: mnist, path: \($0)}") })
  ]
  + ["", ".gz", ".xz"].map { suffix in
    Target(
      name: "iml" + suffix, file: "imk00001.iml" + suffix,
      seeds: { [try stored(photograph, suffix, in: $0)] },
      run: { folder in try readPhotograph("\(folder)/imk00001.iml\(suffix)") })
  }
  + ["", ".gz", ".xz"].map { suffix in
    Target(
      name: "cifar" + suffix, file: "data_batch_1.bin" + suffix,
      seeds: { folder in
        try write(cifar(3), "\(folder)/test_batch.bin")
        return [try stored(cifar(4), suffix, in: folder), try stored(cifar(1), suffix, in: folder)]
      }, run: { try extent("{name: cifar16, path: \($0)}") })
  }
  + [
    Target(
      name: "cifar-archive", file: "cifar-10-binary.tar.gz",
      seeds: { folder in
        let path = "\(folder)/cifar-10-binary.tar.gz"
        let members = [("data_batch_1.bin", cifar(4)), ("test_batch.bin", cifar(2))]
        try pack(members.map { ("cifar-10-batches-bin/\($0.0)", $0.1) }, into: path)
        return [try contents(path)]
      }, run: { try extent("{name: cifar16, path: \($0)}") }),
    Target(
      name: "prepared", file: "prepared.h5",
      seeds: { folder in
        let path = "\(folder)/prepared.h5"
        try PreparedDataset.prepare(
          try data(
            "{name: dead-leaves, dead_leaves: {images: 2, width: 24, height: 24, largest_radius: 8}}"
          ),
          searchFolders: [], output: path, on: nil)
        return [try contents(path)]
      }, run: { try readPrepared("\($0)/prepared.h5") }),
  ]

/// Asks how much data there are in a folder, for which the files are read.
private func extent(_ section: String) throws {
  _ = try DatasetExtent(of: try data(section), searchFolders: [])
}

private func data(_ section: String) throws -> DataConfiguration {
  try ResolvedConfiguration("data: \(section)\n", source: "fuzz").run.data
}

private func readPhotograph(_ path: String) throws {
  let count = VanHaterenImage.rows.count * VanHaterenImage.columns.count
  let pixels = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
  defer { pixels.deallocate() }
  try VanHaterenImage.read(path, into: pixels)
}

private func readPrepared(_ path: String) throws {
  let data = try PreparedDataset(path, on: nil)
  let count = data.trainingCount
  let samples = UnsafeMutableBufferPointer<Float>.allocate(capacity: count * data.pixels)
  defer { samples.deallocate() }
  try data.readTraining(rows: 0..<count, into: samples)
  _ = try DataReport.info(path, searchFolders: [])
}

private func idxImages(_ count: Int) -> [UInt8] {
  idx(0x803, [count, 6, 7]) + (0..<count * 42).map { UInt8(truncatingIfNeeded: $0 * $0) }
}

private func idxLabels(_ count: Int) -> [UInt8] {
  idx(0x801, [count]) + (0..<count).map { UInt8($0 % 10) }
}

private func idx(_ magic: Int, _ shape: [Int]) -> [UInt8] {
  ([magic] + shape).flatMap { word in
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
  }
}

private let idxFiles = [
  ("train-images-idx3-ubyte", idxImages(40)), ("train-labels-idx1-ubyte", idxLabels(40)),
  ("t10k-images-idx3-ubyte", idxImages(8)), ("t10k-labels-idx1-ubyte", idxLabels(8)),
]

/// As many bytes as the format has; one row again and again, so that it compresses well.
private let photograph: [UInt8] = {
  let row = (0..<1536).flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
  return (0..<1024).flatMap { _ in row }
}()

private func cifar(_ count: Int) -> [UInt8] {
  (0..<count).flatMap { record in
    [UInt8(record % 10)] + (0..<3072).map { UInt8(truncatingIfNeeded: $0 * (record + 3)) }
  }
}

func write(_ bytes: [UInt8], _ path: String) throws {
  try Data(bytes).write(to: URL(fileURLWithPath: path))
}

func contents(_ path: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// Bytes as a file of a name with a suffix has them.
private func stored(_ bytes: [UInt8], _ suffix: String, in folder: String) throws -> [UInt8] {
  if suffix.isEmpty { return bytes }
  let path = "\(folder)/stored\(suffix)"
  try pack([("data", bytes)], into: path)
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try contents(path)
}

/// Writes members into an archive, or the only one as it is, compressed as the name says.
private func pack(_ members: [(name: String, bytes: [UInt8])], into path: String) throws {
  let archive = archive_write_new()
  defer { archive_write_free(archive) }
  if path.contains(".tar") {
    archive_write_set_format_ustar(archive)
  } else {
    archive_write_set_format_raw(archive)
  }
  if path.hasSuffix(".gz") {
    archive_write_add_filter_gzip(archive)
  } else {
    archive_write_add_filter_xz(archive)
  }
  guard archive_write_open_filename(archive, path) == ARCHIVE_OK else {
    throw Finding("cannot write \(path)")
  }
  for member in members {
    let entry = archive_entry_new()
    defer { archive_entry_free(entry) }
    archive_entry_set_pathname(entry, member.name)
    archive_entry_set_filetype(entry, 0o100000)
    archive_entry_set_size(entry, Int64(member.bytes.count))
    archive_write_header(archive, entry)
    archive_write_data(archive, member.bytes, member.bytes.count)
  }
  archive_write_close(archive)
}
