import Datasets
import Exchange
import Files
import HDF5
public import MPI
import Models
import Reporting
import Tensors

/// Images that a trained model makes of codes drawn from its prior.
public struct PriorSamples {
  /// A kind of file.
  public enum Format: String, CaseIterable, Sendable {
    /// A mosaic to look at.
    case png
    /// An array of shape [samples, rows, columns].
    case npy
    /// The same as a dataset `samples`.
    case h5

    /// Finds the format by the end of a file's name; `nil` where it is of none.
    ///
    /// - Parameter path: The file.
    public init?(path: String) {
      guard let format = Format.allCases.first(where: { path.hasSuffix(".\($0.rawValue)") }) else {
        return nil
      }
      self = format
    }
  }

  /// The most pictures of a mosaic.
  public static let largestMosaic = 10_000
  private static let chunk = 100
  private let saved: SavedModel
  private let loaded: SavedModel.Loaded

  /// Reads a model; what it draws depends on its seed and step alone, not on how many are drawn.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - world: The ranks that read the model; all must call this.
  /// - Throws: ``RunError`` for a family without a prior; what is wrong with the checkpoint.
  public init(_ model: SavedModel, on world: Communicator) throws {
    let family = model.configuration.run.model.family
    if family.isSparseCoding { throw RunError.noPrior(family: family.rawValue) }
    let side = model.configuration.run.data.name.imageSide
    saved = model
    loaded = try model.load(height: side, width: side, capacity: PriorSamples.chunk, on: world)
  }

  /// Draws samples and writes them, on this process alone; a file of that name is replaced at once.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - output: The file.
  ///   - format: Its format.
  /// - Throws: What cannot be written.
  public func write(_ count: Int, to output: String, as format: Format) throws {
    let (height, width) = (loaded.model.image.height, loaded.model.image.width)
    let images = draw(count)
    defer { withExtendedLifetime(images) {} }
    let elements = UnsafeBufferPointer(images.elements)
    switch format {
    case .png:
      let rows = Matrix(images.elements, rows: count, columns: height * width)
      try ImageMosaic.samples(ImageTiles(rowsOf: rows, height: height, width: width))
        .image.writePNG(to: output)
    case .npy: try NPYFile.write(elements, shape: [count, height, width], to: output)
    case .h5:
      let temporary = output + Disk.temporarySuffix
      let file = try File.create(temporary, on: nil)
      let dataset = try file.createDataset(
        "samples", shape: [count, height, width], type: .float32)
      try dataset.write(elements, rows: 0..<count)
      try dataset.close()
      try file.setAttribute("checkpoint", of: "/", to: .text(saved.path))
      try file.close()
      try Disk.put(temporary, inPlaceOf: output)
    }
  }

  private func draw(_ count: Int) -> AlignedBuffer<Float> {
    let run = saved.configuration.run
    let pixels = loaded.model.image.count
    let images = AlignedBuffer<Float>(count: count * pixels, repeating: 0)
    let limit = run.model.evaluationCounts == .exact ? Int.max : loaded.eventLimit
    loaded.model.prepare(loaded.pass)
    for start in stride(from: 0, to: count, by: PriorSamples.chunk) {
      let range = start..<min(start + PriorSamples.chunk, count)
      range.map { UInt32($0) }.withUnsafeBufferPointer {
        let noise = SampleNoise(
          seed: run.seed, purpose: .generation, step: saved.step, samples: $0)
        guard let drawn = loaded.model.generate(limit: limit, noise: noise, loaded.pass) else {
          preconditionFailure("a model without a prior")
        }
        _ = images.view(range.lowerBound * pixels..<range.upperBound * pixels)
          .update(fromContentsOf: drawn.elements)
      }
    }
    return images
  }
}
