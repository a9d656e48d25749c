import Foundation
import Tensors
import Testing

@testable import Datasets

struct TilePipelineTests {
  /// One entry of `pipeline.json`.
  private struct Case: Decodable {
    let name: String
    let whitening: Whitening
    let tile: [Float]
    let sample: [Float]
  }

  private func process(_ tile: [Float], _ whitening: Whitening) -> [Float] {
    let pipeline = TilePipeline(whitening: whitening)
    var tile = tile
    var sample = [Float](repeating: .nan, count: 256)
    tile.withUnsafeMutableBufferPointer { tile in
      sample.withUnsafeMutableBufferPointer { sample in
        pipeline.process(tile, height: 24, width: 24, into: sample)
      }
    }
    return sample
  }

  @Test func filterHasTheValuesOfThePublishedCode() {
    let expected = [
      (0, 0, 0.0130), (0, 6, 0.1225), (6, 6, 0.2743), (0, 12, 0.1834), (12, 6, 0.2277),
      (12, 12, 0.0307),
    ]
    for (row, column, value) in expected {
      // The values are given with four decimals.
      #expect(abs(Whitening.published.gain(row, column, size: 24) - value) < 0.5e-4)
    }
    #expect(Whitening.shifted.gain(0, 0, size: 24) == 0)
    let highest = Whitening.shifted.gain(12, 12, size: 24)
    #expect(abs(highest - 0.5.squareRoot() * exp(-4)) < 1e-12)
    #expect(Whitening.shifted.gain(1, 0, size: 24) == Whitening.shifted.gain(23, 0, size: 24))
  }

  @Test func agreesWithNumPyAndSciPy() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/pipeline.json")
    let cases = try JSONDecoder().decode([Case].self, from: try Data(contentsOf: path))
    #expect(cases.count == 7)
    for golden in cases {
      let sample = process(golden.tile, golden.whitening)
      try #require(sample.count == golden.sample.count)
      let difference = zip(sample, golden.sample).reduce(0) { max($0, abs($1.0 - $1.1)) }
      // Samples are near 1, and single precision through two transforms and two blurs loses a
      // digit: 2e-6 was seen, also in a sky of three grey levels on 6000.
      #expect(difference < 5e-6, "\(golden.name), \(golden.whitening): \(difference)")
    }
  }

  @Test(arguments: Whitening.allCases)
  func tilesWithoutContrastGiveNoNaN(whitening: Whitening) {
    #expect(process([Float](repeating: 0, count: 576), whitening).allSatisfy { $0 == 0 })
    for grey: Float in [0.1, 1, 6000, 65535] {
      let sample = process([Float](repeating: grey, count: 576), whitening)
      #expect(sample.allSatisfy { $0.isFinite && abs($0) < 24 })
      if whitening == .shifted { #expect(sample.allSatisfy { $0 == 0 }) }
    }
  }

  @Test func cutsTilesRowByRowFromTheTopLeft() {
    #expect(TilePipeline.tiles(height: 768, width: 1024) == 1344)
    #expect(TilePipeline.tiles(height: 23, width: 1024) == 0)
    let (height, width) = (50, 75)
    var stream = RandomStream(seed: 1, purpose: .synthesis)
    var image = (0..<height * width).map { _ in Float(stream.uniform()) }
    var samples = [Float](repeating: .nan, count: 6 * 256)
    let pipeline = TilePipeline(whitening: .published)
    image.withUnsafeMutableBufferPointer { image in
      samples.withUnsafeMutableBufferPointer { samples in
        pipeline.process(image, height: height, width: width, into: samples)
      }
    }
    for tile in 0..<6 {
      let cut = (0..<576).map { pixel in
        image[(tile / 3 * 24 + pixel / 24) * width + tile % 3 * 24 + pixel % 24]
      }
      #expect(process(cut, .published) == Array(samples[tile * 256..<(tile + 1) * 256]))
    }
  }
}
