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

  private static let chunk = 100
  private let model: SavedModel
  private let height: Int
  private let width: Int
  private let images: AlignedBuffer<Float>
  private let count: Int

  /// Draws samples; numbers and images are those of the model's seed and step, however many are drawn.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - count: How many.
  ///   - world: The ranks that read the model; all must call this.
  /// - Throws: What is wrong with the checkpoint.
  public init(_ model: SavedModel, count: Int, on world: Communicator) throws {
    let run = model.configuration.run
    let side = run.data.name.imageSide
    let loaded = try model.load(
      height: side, width: side, capacity: PriorSamples.chunk, on: world)
    let pixels = side * side
    let images = AlignedBuffer<Float>(count: count * pixels, repeating: 0)
    let limit = run.model.evaluationCounts == .exact ? Int.max : loaded.eventLimit
    loaded.model.prepare(loaded.pass)
    for start in stride(from: 0, to: count, by: PriorSamples.chunk) {
      let range = start..<min(start + PriorSamples.chunk, count)
      let drawn = range.map { UInt32($0) }.withUnsafeBufferPointer {
        loaded.model.generate(
          limit: limit,
          noise: SampleNoise(
            seed: run.seed, purpose: .generation, step: model.step, samples: $0), loaded.pass)
      }
      _ = images.view(range.lowerBound * pixels..<range.upperBound * pixels)
        .update(fromContentsOf: drawn.elements)
    }
    self.model = model
    self.count = count
    self.images = images
    height = side
    width = side
  }

  /// Writes the samples, on this process alone; a file of that name is replaced at once.
  ///
  /// - Parameters:
  ///   - output: The file.
  ///   - format: Its format.
  /// - Throws: What cannot be written.
  public func write(to output: String, as format: Format) throws {
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
      try file.setAttribute("checkpoint", of: "/", to: .text(model.path))
      try file.close()
      try Disk.put(temporary, inPlaceOf: output)
    }
  }
}
