import Foundation
import Tensors
import Testing

@testable import Datasets

struct DeadLeavesTests {
  static let configuration = DeadLeavesConfiguration(
    images: 4, width: 240, height: 192, smallestRadius: 4, largestRadius: 100)

  private func image(_ number: Int) throws -> [Float] {
    var leaves = try DeadLeaves(DeadLeavesTests.configuration)
    var pixels = [Float](repeating: -1, count: 240 * 192)
    pixels.withUnsafeMutableBufferPointer { leaves.draw(number, into: $0) }
    return pixels
  }

  @Test func sameNumberSameImage() throws {
    var leaves = try DeadLeaves(DeadLeavesTests.configuration)
    var pixels = [Float](repeating: -1, count: 240 * 192)
    pixels.withUnsafeMutableBufferPointer { pixels in
      leaves.draw(7, into: pixels)
      leaves.draw(3, into: pixels)
    }
    #expect(try image(3) == pixels)
    #expect(try image(7) != pixels)
  }

  @Test func everyPixelHasAGreyValue() throws {
    let pixels = try image(0)
    #expect(pixels.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(Set(pixels).count > 100)
  }

  @Test func edgesAreAsRareAsDiscsAreLarge() throws {
    // Two neighbouring pixels share a disc with probability A/(2U − A), A the mean area of the
    // intersection of a disc and the disc shifted by a pixel, U the mean area of a disc. With
    // radii ∝ r⁻³ from a to b: U = 2π·ln(b/a)/(a⁻² − b⁻²); the shift takes off about 2r, of mean
    // 4(a⁻¹ − b⁻¹)/(a⁻² − b⁻²).
    let (a, b) = (4.0, 100.0)
    let norm = 1 / (a * a) - 1 / (b * b)
    let area = 2 * Double.pi * log(b / a) / norm
    let shared = area - 4 * (1 / a - 1 / b) / norm
    var (edges, pairs) = (0, 0)
    for number in 0..<8 {
      let pixels = try image(number)
      for row in 0..<192 {
        for column in 0..<239 {
          edges += pixels[row * 240 + column] == pixels[row * 240 + column + 1] ? 0 : 1
          pairs += 1
        }
      }
    }
    let expected = 1 - shared / (2 * area - shared)
    // Discs that are sampled at pixels' middles; large discs make images differ by some percent.
    #expect(abs(Double(edges) / Double(pairs) / expected - 1) < 0.1)
  }

  @Test func energyIsThatOfNaturalImages() throws {
    var source = try DeadLeavesSource(
      DataConfiguration(
        name: .deadLeaves, path: nil, split: .shuffled, cache: nil, whitening: .published,
        limitImages: nil, deadLeaves: DeadLeavesTests.configuration))
    #expect(source.training.count == 3)
    #expect(source.validation.count == 1)
    var (energy, count) = (0.0, 0)
    for piece in source.training {
      #expect(piece.samples == 80)
      let samples = AlignedBuffer<Float>(count: piece.samples * 256, repeating: 0)
      try source.write(piece, of: .training, into: samples.elements)
      energy += samples.elements.reduce(0) { $0 + Double($1) * Double($1) }
      count += piece.samples
    }
    // The specification's own simulation gave 173.
    #expect(abs(energy / Double(count) - 173) < 15)
  }

  @Test func rejectsWhatCannotBeDrawn() {
    var configuration = DeadLeavesTests.configuration
    configuration.width = 23
    expectFailure(of: "data.dead_leaves.width", "is 23, expected 24 to") {
      _ = try DeadLeaves(configuration)
    }
    configuration = DeadLeavesTests.configuration
    configuration.smallestRadius = 0
    expectFailure(of: "data.dead_leaves.smallest_radius", "is 0.0") {
      _ = try DeadLeaves(configuration)
    }
    configuration = DeadLeavesTests.configuration
    configuration.largestRadius = 1
    expectFailure(of: "data.dead_leaves.largest_radius", "expected smallest_radius (4.0) to") {
      _ = try DeadLeaves(configuration)
    }
  }
}
