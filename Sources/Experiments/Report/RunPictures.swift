import Datasets
import Layers
import Models
import Reporting
import Tensors

/// What a model shows of itself: its dictionary, what it makes of some images, and what it draws from its prior.
struct RunPictures {
  /// How many images, and samples of the prior, are shown.
  static let shown = 32

  let height: Int
  let width: Int
  /// The columns of a linear decoder, shape [pixels, values of a code].
  let dictionary: Copy?
  /// Held-out images, shape [few, pixels], where the data are there.
  let inputs: Copy?
  /// The decoded posterior means of the inputs.
  let reconstructions: Copy?
  /// One sample of the posterior for each input, shape [few, values of a code].
  let codes: Copy?
  /// Decoded samples of the prior, shape [few, pixels], if the model has one.
  let samples: Copy?

  /// Numbers that outlive the model's workspace.
  struct Copy {
    let matrix: Matrix
    private let storage: AlignedBuffer<Float>

    init(_ matrix: Matrix) {
      storage = AlignedBuffer(count: matrix.elements.count, repeating: 0)
      _ = storage.elements.update(fromContentsOf: matrix.elements)
      self.matrix = Matrix(storage.elements, rows: matrix.rows, columns: matrix.columns)
    }

    /// Runs `body` while the numbers are there.
    func withMatrix<Result>(_ body: (Matrix) throws -> Result) rethrows -> Result {
      defer { withExtendedLifetime(storage) {} }
      return try body(matrix)
    }
  }

  /// Lets a model draw, on one rank; its parameters and the run's random numbers stay as they are.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - pass: Its parameters and memory, for as many samples as are shown.
  ///   - configuration: The run's settings.
  ///   - step: The step that the noise belongs to.
  ///   - eventLimit: The most arrivals that are drawn, unless counts are to be exact.
  ///   - inputs: Held-out images, shape [few, pixels].
  init(
    _ model: any ImageModel, _ pass: NetworkPass, _ configuration: RunConfiguration, step: Int,
    eventLimit: Int, inputs: Matrix?
  ) {
    model.prepare(pass)
    height = model.image.height
    width = model.image.width
    dictionary = model.dictionary.map { Copy(pass[$0].valueMatrix) }
    self.inputs = inputs.map { Copy($0) }
    let limit = configuration.model.evaluationCounts == .exact ? Int.max : eventLimit
    func noise(_ purpose: RandomPurpose, _ samples: UnsafeBufferPointer<UInt32>) -> SampleNoise {
      SampleNoise(seed: configuration.seed, purpose: purpose, step: step, samples: samples)
    }
    let inference = inputs.map { inputs in
      (0..<UInt32(inputs.rows)).map { $0 }.withUnsafeBufferPointer {
        let inference = model.infer(
          inputs, limit: limit, noise: noise(.evaluation, $0), pass)
        return (Copy(inference.meanReconstruction), Copy(inference.code))
      }
    }
    reconstructions = inference?.0
    codes = inference?.1
    samples = (0..<UInt32(RunPictures.shown)).map { $0 }.withUnsafeBufferPointer {
      model.generate(limit: limit, noise: noise(.generation, $0), pass).map { Copy($0) }
    }
  }

  /// Rows of numbers as pictures.
  func tiles(_ images: Matrix) -> ImageTiles {
    ImageTiles(rowsOf: images, height: height, width: width)
  }

  /// Runs `body` with the dictionary's elements, where the decoder is linear.
  func withElements<Result>(_ body: (ImageTiles) throws -> Result) rethrows -> Result? {
    try dictionary?.withMatrix {
      try body(ImageTiles(columnsOf: $0, height: height, width: width))
    }
  }
}
