import Layers
import Tensors

/// The encoders and decoders of the published models, layer by layer.
///
/// Source: Vafaii, Galor & Yates, "Poisson Variational Autoencoder", NeurIPS 2024, and its code.
enum Architectures {
  /// A cell of a convolutional network: the channels that come out, and what it does to the resolution.
  private typealias Cell = (channels: Int, Resampling)

  /// What the convolutional networks are for images of one size.
  private struct Convolutions {
    /// Zeros around the image in the first convolution.
    let stemPadding: Int
    let encoder: [Cell]
    let decoder: [Cell]
    /// After how many of the decoder's cells the map is resized to half the image's extents.
    let resizeAfter: Int?
  }

  private static let stemChannels = 32
  /// The map that a convolutional decoder begins with.
  private static let seed = MapShape(channels: 256, height: 2, width: 2)
  /// Hidden units of residual dense layers for each input; of the mlp encoder's alone.
  private static let expansion = 8
  private static let encoderExpansion = 16

  /// By the height and width of the images.
  private static let convolutions: [Int: Convolutions] = [
    16: Convolutions(
      stemPadding: 1,
      encoder: [
        (32, .none), (64, .downByPhases), (64, .none), (128, .downByPhases), (128, .none),
      ],
      decoder: [
        (256, .none), (128, .up), (128, .none), (64, .up), (64, .none), (32, .up), (32, .none),
      ], resizeAfter: nil),
    28: Convolutions(
      stemPadding: 0,
      encoder: [
        (32, .none), (64, .down), (64, .none), (128, .down), (128, .none), (256, .down),
        (256, .none),
      ],
      decoder: [
        (256, .none), (128, .up), (128, .none), (64, .up), (64, .none), (32, .up), (32, .none),
        (16, .up), (16, .none),
      ], resizeAfter: 7),
  ]

  /// Builds an encoder.
  ///
  /// - Parameters:
  ///   - configuration: The model's configuration.
  ///   - image: The images' shape.
  ///   - outputs: Values that the latent variables want.
  ///   - layout: Where parameters and activations are added.
  /// - Returns: The network.
  /// - Throws: ``ModelError`` if the architecture does not fit the images.
  static func encoder(
    _ configuration: ModelConfiguration, image: MapShape, outputs: Int,
    in layout: inout ModelLayout
  ) throws(ModelError) -> Network {
    let kind = configuration.encoder
    var layers: [any Layer] = []
    switch kind.architecture {
    case .linear: break
    case .mlp:
      layers.append(
        ResidualDense(
          "encoder.dense", width: image.count, expansion: encoderExpansion,
          dropout: configuration.dropout, in: &layout))
    case .conv:
      let table = try convolutions("encoder", kind, image)
      let stem = Convolution.Shape(
        inputs: image.channels, outputs: stemChannels, height: image.height, width: image.width,
        kernel: 3, padding: table.stemPadding)
      layers.append(WeightNormalizedConvolution("encoder.stem", stem, in: &layout))
      var map = MapShape(
        channels: stemChannels, height: stem.outputHeight, width: stem.outputWidth)
      for (number, cell) in table.encoder.enumerated() {
        let built = ResidualCell(
          "encoder.cell\(number + 1)", map, channels: cell.channels, cell.1, units: 2, in: &layout)
        layers.append(built)
        map = built.outputShape
      }
      layers.append(ConvolutionalPool("encoder.pool", map, in: &layout))
      layers.append(
        ResidualDense(
          "encoder.dense", width: map.channels, expansion: expansion,
          dropout: configuration.dropout, in: &layout))
    }
    layers.append(
      Linear(
        kind.isLinear ? "encoder" : "encoder.head", inputs: layers.last?.outputs ?? image.count,
        outputs: outputs, hasBias: kind.hasBias,
        initial: .normal(deviation: configuration.initialScale), in: &layout))
    return Network(layers, in: &layout)
  }

  /// Builds a decoder.
  ///
  /// - Parameters:
  ///   - configuration: The model's configuration.
  ///   - image: The images' shape.
  ///   - inputs: Values of a code.
  ///   - layout: Where parameters and activations are added.
  /// - Returns: The network.
  /// - Throws: ``ModelError`` if the architecture does not fit the images.
  static func decoder(
    _ configuration: ModelConfiguration, image: MapShape, inputs: Int,
    in layout: inout ModelLayout
  ) throws(ModelError) -> Network {
    let kind = configuration.decoder
    switch kind.architecture {
    case .linear:
      return Network(
        [
          Linear(
            "decoder", inputs: inputs, outputs: image.count, hasBias: kind.hasBias,
            initial: .normal(deviation: configuration.initialScale), in: &layout)
        ], in: &layout)
    case .mlp:
      let layers: [any Layer] = [
        Linear(
          "decoder.input", inputs: inputs, outputs: image.count, hasBias: kind.hasBias,
          in: &layout),
        Swish(width: image.count),
        ResidualDense(
          "decoder.dense", width: image.count, expansion: expansion,
          dropout: configuration.dropout, in: &layout),
        Swish(width: image.count),
        Linear(
          "decoder.output", inputs: image.count, outputs: image.count, hasBias: true, in: &layout),
      ]
      return Network(layers, in: &layout)
    case .conv:
      return try convolutionalDecoder(kind, image: image, inputs: inputs, in: &layout)
    }
  }

  private static func convolutionalDecoder(
    _ kind: NetworkKind, image: MapShape, inputs: Int, in layout: inout ModelLayout
  ) throws(ModelError) -> Network {
    let table = try convolutions("decoder", kind, image)
    var map = seed
    var layers: [any Layer] = [
      Linear(
        "decoder.input", inputs: inputs, outputs: map.count, hasBias: kind.hasBias, in: &layout),
      Unflatten(map),
    ]
    for (number, cell) in table.decoder.enumerated() {
      let built = ResidualCell(
        "decoder.cell\(number + 1)", map, channels: cell.channels, cell.1, units: 1, in: &layout)
      layers.append(built)
      map = built.outputShape
      if number + 1 == table.resizeAfter {
        let half = MapShape(
          channels: map.channels, height: image.height / 2, width: image.width / 2)
        layers.append(Resize(from: map, to: half))
        map = half
      }
    }
    layers.append(
      WeightNormalizedConvolution(
        "decoder.output",
        Convolution.Shape(
          inputs: map.channels, outputs: image.channels, height: map.height, width: map.width,
          kernel: 1),
        in: &layout))
    return Network(layers, in: &layout)
  }

  private static func convolutions(
    _ network: String, _ kind: NetworkKind, _ image: MapShape
  ) throws(ModelError) -> Convolutions {
    guard image.height == image.width, image.channels == 1,
      let table = convolutions[image.height]
    else {
      throw .imageSize(
        key: "model.\(network)", kind: kind, height: image.height, width: image.width,
        known: convolutions.keys.sorted())
    }
    if let reason = Convolution.fault {
      throw .noConvolutions(key: "model.\(network)", kind: kind, reason: reason)
    }
    return table
  }
}
