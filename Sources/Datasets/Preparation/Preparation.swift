internal import Digests
internal import Files
internal import Foundation
internal import HDF5
internal import MPI
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
    let provenance = try provenance(source)
    // A name of this job's own: another one may be preparing the same file.
    let process = ProcessInfo.processInfo
    let temporary = try ranks.broadcast(
      "\(output).\(process.hostName)-\(process.processIdentifier).part")
    try ranks.together { () throws(DatasetError) in
      if ranks.rank == 0 { try prepareFolder(for: byteCount(source)) }
    }
    do throws(DatasetError) {
      try write(&source, provenance, to: temporary)
      try ranks.together { () throws(DatasetError) in
        if ranks.rank == 0 {
          try onDisk { () throws(FileError) in try Disk.put(temporary, inPlaceOf: output) }
        }
      }
    } catch {
      // What is left of it is of no use; that it may stay there is no second error.
      try? FileManager.default.removeItem(atPath: temporary)
      throw error
    }
  }

  private func write<S: SampleSource & ~Copyable>(
    _ source: inout S, _ provenance: Provenance, to path: String
  ) throws(DatasetError) {
    let file = try storing { () throws(HDF5Error) in
      try File.create(path, on: ranks.communicator)
    }
    let trainingEnergy = try writeImages(.training, of: &source, to: file)
    let validationEnergy = try writeImages(.validation, of: &source, to: file)
    if source.isLabelled {
      for part in Part.allCases { try writeLabels(part, of: source, to: file) }
    }
    let attributes: [(String, AttributeValue)] = [
      ("format_version", .integer(Int64(PreparationOptions.formatVersion))),
      ("name", .text(configuration.name.rawValue)),
      ("height", .integer(Int64(source.height))),
      ("width", .integer(Int64(source.width))),
      ("energy_train", .real(trainingEnergy)),
      ("energy_validation", .real(validationEnergy)),
      ("provenance", .text(jsonText(provenance))),
    ]
    do throws(HDF5Error) {
      for (name, value) in attributes { try file.setAttribute(name, of: "/", to: value) }
      try file.close()
    } catch {
      throw .storage(error)
    }
  }

  /// Writes the samples of a part, each rank those of its pieces.
  ///
  /// - Returns: The mean of ‖x‖²: sums for each piece, added in the order of the pieces.
  private func writeImages<S: SampleSource & ~Copyable>(
    _ part: Part, of source: inout S, to file: borrowing File
  ) throws(DatasetError) -> Double {
    let pieces = source.pieces(part)
    let pixels = source.height * source.width
    let starts = pieces.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.samples) }
    let count = starts[pieces.count]
    let images = try storing { () throws(HDF5Error) in
      try file.createDataset("/\(part.rawValue)/images", shape: [count, pixels], type: .float32)
    }
    let largest = pieces.reduce(0) { max($0, $1.samples) }
    let buffer = AlignedBuffer<Float>(count: largest * pixels, repeating: 0)
    // A piece's energy is known to one rank, so the sums over ranks add nothing but zeros.
    let energies = AlignedBuffer<Double>(count: pieces.count, repeating: 0)
    let shares = ConsecutiveShares(count: pieces.count, parts: ranks.size)
    let mine = shares[ranks.rank]
    for round in 0..<shares.largest {
      let place = mine.lowerBound + round
      let rows = place < mine.upperBound ? starts[place]..<starts[place + 1] : 0..<0
      let samples = buffer.view(0..<rows.count * pixels)
      try ranks.together { () throws(DatasetError) in
        guard place < mine.upperBound else { return }
        try source.write(pieces[place], of: part, into: samples)
        energies.elements[place] = samples.reduce(0) { $0 + Double($1) * Double($1) }
      }
      try ranks.together { () throws(DatasetError) in
        try storing { () throws(HDF5Error) in
          try images.write(UnsafeBufferPointer(samples), rows: rows)
        }
      }
    }
    try ranks.sum(energies.elements)
    return energies.elements.reduce(0, +) / Double(count)
  }

  private func writeLabels<S: SampleSource & ~Copyable>(
    _ part: Part, of source: borrowing S, to file: borrowing File
  ) throws(DatasetError) {
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
  }
}

extension Preparation {
  /// Describes the original files, each rank a consecutive share of them, and the split.
  private func provenance<S: SampleSource & ~Copyable>(
    _ source: borrowing S
  ) throws(DatasetError) -> Provenance {
    let mine = ConsecutiveShares(count: files.count, parts: ranks.size)[ranks.rank]
    var described: [Provenance.SourceFile] = []
    for path in files[mine] {
      do throws(DigestError) {
        described.append(
          Provenance.SourceFile(
            name: (path as NSString).lastPathComponent, bytes: fileSize(path),
            sha256: try SHA256.hexOfFile(path)))
      } catch {
        throw .unreadable(path: path, reason: "\(error)")
      }
    }
    var all: [Provenance.SourceFile] = []
    for text in try ranks.gather(jsonText(described)) {
      do {
        all += try JSONDecoder().decode([Provenance.SourceFile].self, from: Data(text.utf8))
      } catch {
        preconditionFailure("\(text) is not what a rank wrote: \(error)")
      }
    }
    return Provenance(
      options: options,
      folder: files.first.map { Disk.folder(of: $0) },
      files: all,
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
