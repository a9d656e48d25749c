import ArgumentParser
import Experiments
import MPI

/// Draws samples from a trained model's prior.
struct SampleCommand: WorldCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample", abstract: "Draw images from a trained model's prior.")

  @Argument(help: "A run's folder or a checkpoint.")
  var path: String

  @Option(help: "How many images.")
  var count = 64

  @Option(
    name: .customLong("out"), help: "The file to write, a name in .png (a mosaic), .npy or .h5.")
  var output = "samples.png"

  func validate() throws {
    let format = PriorSamples.Format(path: output)
    let most = format == .png ? PriorSamples.largestMosaic : 1_000_000
    guard (1...most).contains(count) else {
      throw ValidationError("--count is \(count), expected from 1 to \(most)")
    }
    if format == nil {
      throw ValidationError("--out is '\(output)', expected a name in .png, .npy or .h5")
    }
  }

  func run(on world: Communicator) throws -> Int32 {
    let console = Console(world)
    let model = try SavedModel(path, overrides: [], on: world, warn: console.note)
    let samples = try PriorSamples(model, on: world)
    try onFirstRank(world) {
      guard let format = PriorSamples.Format(path: output) else { return }
      try samples.write(count, to: output, as: format)
      console.print("\(output): \(count) samples of \(model.path)")
    }
    return 0
  }
}
