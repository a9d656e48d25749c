internal import Digests
internal import Files
internal import Foundation
internal import HDF5
internal import Tensors

/// The writing of one prepared file by all ranks.
struct Preparation {
  let configuration: DataConfiguration
  let options: PreparationOptions
  let output: String
  let ranks: Ranks
  /// The original files, the same on every rank.
  let files: [String]

  func run() throws(DatasetError) {
    switch configuration.name {
    case .deadLeaves:
      var source = try DeadLeavesSource(configuration)
      try writeFile(&source)
    case .vanHateren:
      var source = try PhotographSource(files, configuration)
      try writeFile(&source)
    case .mnist, .fashionMNIST:
      var source = try LabelledSource(files, limit: configuration.limitImages)
      try writeFile(&source)
    case .cifar16:
      var source = try CIFARSource(files, configuration)
      try writeFile(&source)
    }
  }

  private func writeFile<S: SampleSource & ~Copyable>(_ source: inout S) throws(DatasetError) {
    var verified = VerifiedFiles(newBesides: output)
    let provenance = try provenance(source, &verified)
    // A name of this job's own: another one may be preparing the same file.
    let process = ProcessInfo.processInfo
    let temporary = try ranks.broadcast(
      "\(output).\(process.hostName)-\(process.processIdentifier).part")
    try ranks.together { () throws(DatasetError) in
      guard ranks.rank == 0 else { return }
      removeRemains(of: process.hostName)
      try prepareFolder(for: byteCount(source))
    }
    do throws(DatasetError) {
      try write(&source, provenance, to: temporary)
      try ranks.together { () throws(DatasetError) in
        if ranks.rank == 0 { try finish(temporary, &verified) }
      }
    } catch {
      // What is left of it is of no use; that it may stay there is no second error.
      try? FileManager.default.removeItem(atPath: temporary)
      throw error
    }
  }

  /// Removes what processes of this machine that are gone have left of the same file.
  private func removeRemains(of host: String) {
    let folder = (output as NSString).deletingLastPathComponent
    let start = "\((output as NSString).lastPathComponent).\(host)-"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.hasPrefix(start) && name.hasSuffix(".part") {
      guard let process = Int32(name.dropFirst(start.count).dropLast(5)), process > 0,
        kill(process, 0) != 0, errno == ESRCH
      else { continue }
      // What cannot be removed only takes room.
      unlink("\(folder)/\(name)")
    }
  }

  /// Seals the written file, and puts it in its place.
  private func finish(
    _ temporary: String, _ verified: inout VerifiedFiles
  ) throws(DatasetError) {
    let digest: String
    do throws(DigestError) {
      digest = try PreparedDataset.seal.put(on: temporary)
    } catch {
      throw .unwritable(path: temporary, reason: error.reason)
    }
    try onDisk { () throws(FileError) in try Disk.put(temporary, inPlaceOf: output) }
    verified.note(output, try VerifiedFiles.stamp(output), sha256: digest)
    verified.save()
  }

  private func write<S: SampleSource & ~Copyable>(
    _ source: inout S, _ provenance: Provenance, to path: String
  ) throws(DatasetError) {
    let file = try storing { () throws(HDF5Error) in
      try File.create(path, on: ranks.communicator, userBlock: FileSeal.length)
    }
    let training = try writeImages(.training, of: &source, to: file)
    let validation = try writeImages(.validation, of: &source, to: file)
    try checkSomethingCanBeLearned(from: training)
    var notes = source.notes + training.lines + validation.lines
    if source.isLabelled {
      for part in Part.allCases {
        notes += try writeLabels(part, of: source, to: file)
      }
    }
    let digests =
      ["\(source.height) \(source.width)"] + training.digests + ["validation"]
      + validation.digests
    let attributes: [(String, AttributeValue)] = [
      ("format_version", .integer(Int64(PreparationOptions.formatVersion))),
      ("name", .text(configuration.name.rawValue)),
      ("height", .integer(Int64(source.height))),
      ("width", .integer(Int64(source.width))),
      ("energy_train", .real(training.energy)),
      ("energy_validation", .real(validation.energy)),
      ("provenance", .text(jsonText(provenance))),
      ("data_sha256", .text(SHA256.hex(of: digests.joined(separator: "\n")))),
      ("notes", .text(jsonText(notes))),
    ]
    do throws(HDF5Error) {
      for (name, value) in attributes { try file.setAttribute(name, of: "/", to: value) }
      try file.close()
    } catch {
      throw .storage(error)
    }
  }

  /// Writes the samples of a part, each rank those of its pieces.
  private func writeImages<S: SampleSource & ~Copyable>(
    _ part: Part, of source: inout S, to file: borrowing File
  ) throws(DatasetError) -> PartFacts {
    let pieces = source.pieces(part)
    let pixels = source.height * source.width
    let starts = pieces.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.samples) }
    let count = starts[pieces.count]
    let images = try storing { () throws(HDF5Error) in
      try file.createDataset("/\(part.rawValue)/images", shape: [count, pixels], type: .float32)
    }
    let largest = pieces.reduce(0) { max($0, $1.samples) }
    let buffer = AlignedBuffer<Float>(count: largest * pixels, repeating: 0)
    let shares = ConsecutiveShares(count: pieces.count, parts: ranks.size)
    let mine = shares[ranks.rank]
    source.flaws = ImageFlaws()
    var facts = PartFacts(part: part)
    for round in 0..<shares.largest {
      let place = mine.lowerBound + round
      let rows = place < mine.upperBound ? starts[place]..<starts[place + 1] : 0..<0
      let samples = buffer.view(0..<rows.count * pixels)
      try ranks.together { () throws(DatasetError) in
        guard place < mine.upperBound else { return }
        try source.write(pieces[place], of: part, into: samples)
        try facts.add(pieces[place], samples, source.labels(pieces[place], of: part))
      }
      try ranks.together { () throws(DatasetError) in
        try storing { () throws(HDF5Error) in
          try images.write(UnsafeBufferPointer(samples), rows: rows)
        }
      }
    }
    facts.flaws = source.flaws
    return PartFacts(joining: try ranks.gather(value: facts), of: part)
  }

  /// Refuses data from which a model would learn nothing but their noise.
  private func checkSomethingCanBeLearned(from training: PartFacts) throws(DatasetError) {
    let place = files.first.map { Disk.folder(of: $0) } ?? configuration.name.rawValue
    if let reason = training.reasonNotToTrain {
      throw .nothingToLearn(path: place, reason: reason)
    }
  }

  /// Writes the labels of a part.
  ///
  /// - Returns: What is to be said of them.
  private func writeLabels<S: SampleSource & ~Copyable>(
    _ part: Part, of source: borrowing S, to file: borrowing File
  ) throws(DatasetError) -> [String] {
    let pieces = source.pieces(part)
    let mine = ConsecutiveShares(count: pieces.count, parts: ranks.size)[ranks.rank]
    let start = pieces[..<mine.lowerBound].reduce(0) { $0 + $1.samples }
    var labels: [UInt8] = []
    for piece in pieces[mine] { labels += source.labels(piece, of: part) }
    let count = pieces.reduce(0) { $0 + $1.samples }
    do throws(HDF5Error) {
      let dataset = try file.createDataset(
        "/\(part.rawValue)/labels", shape: [count], type: .uint8)
      try labels.withUnsafeBufferPointer { (labels) throws(HDF5Error) in
        try dataset.write(labels, rows: start..<start + labels.count)
      }
    } catch {
      throw .storage(error)
    }
    let classes = Set(pieces.flatMap { source.labels($0, of: part) })
    guard classes.count == 1, count > 1, let label = classes.first, let first = pieces.first
    else { return [] }
    return ["all \(count) \(part.word) labels are \(label), from \(first.name) on: one class only"]
  }
}

extension Preparation {
  /// An original file, and what it looked like before it was read.
  private struct Described: Codable {
    let file: Provenance.SourceFile
    let path: String
    let stamp: FileStamp
  }

  /// Describes the original files, each rank a consecutive share of them, and the split.
  private func provenance<S: SampleSource & ~Copyable>(
    _ source: borrowing S, _ verified: inout VerifiedFiles
  ) throws(DatasetError) -> Provenance {
    let mine = ConsecutiveShares(count: files.count, parts: ranks.size)[ranks.rank]
    var described: [Described] = []
    try ranks.together { () throws(DatasetError) in
      for path in files[mine] {
        let stamp = try VerifiedFiles.stamp(path)
        let file = Provenance.SourceFile(
          name: (path as NSString).lastPathComponent, bytes: stamp.byteCount,
          sha256: try VerifiedFiles.sha256(ofFileAt: path))
        described.append(Described(file: file, path: path, stamp: stamp))
      }
    }
    let all = try ranks.gather(value: described).flatMap { $0 }
    for one in all { verified.note(one.path, one.stamp, sha256: one.file.sha256) }
    return Provenance(
      options: options,
      folder: files.first.map { Disk.folder(of: $0) },
      files: all.map(\.file),
      training: source.training.map(\.name), validation: source.validation.map(\.name))
  }

  /// The size of the samples, to which little else adds.
  private func byteCount<S: SampleSource & ~Copyable>(_ source: borrowing S) -> Int {
    let samples = (source.training + source.validation).reduce(0) { $0 + $1.samples }
    return 4 * samples * source.height * source.width
  }

  /// Makes the folder of the output and sees whether its disk has room for the samples.
  private func prepareFolder(for byteCount: Int) throws(DatasetError) {
    let folder = Disk.folder(of: output)
    try onDisk { () throws(FileError) in
      try Disk.makeFolder(folder)
      try Disk.checkRoom(for: byteCount, in: folder)
    }
  }

  private func onDisk(_ body: () throws(FileError) -> Void) throws(DatasetError) {
    do throws(FileError) {
      try body()
    } catch {
      if case .refused(let path, _, let reason) = error {
        throw .unwritable(path: path, reason: reason)
      }
      let (path, reason) = error.parts
      throw .unwritable(path: path, reason: reason)
    }
  }
}
