import Foundation
import Testing

@testable import Datasets

/// A configuration for tests; small dead leaves.
func configuration(
  _ name: DatasetName, path: String? = nil, split: ImageSplit = .shuffled, limit: Int? = nil
) -> DataConfiguration {
  DataConfiguration(
    name: name, path: path, split: split, cache: nil, whitening: .published, limitImages: limit,
    deadLeaves: DeadLeavesConfiguration(
      images: 5, width: 96, height: 72, smallestRadius: 2, largestRadius: 60))
}

struct DataConfigurationTests {
  @Test func everyKeyIsWrittenAndReadBack() throws {
    let original = configuration(.vanHateren)
    let data = try JSONEncoder().encode(original)
    let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    #expect(
      object?.keys.sorted() == [
        "cache", "dead_leaves", "limit_images", "name", "path", "split", "whitening",
      ])
    #expect(object?["path"] is NSNull)
    #expect(object?["name"] as? String == "van-hateren")
    #expect(try JSONDecoder().decode(DataConfiguration.self, from: data) == original)
  }

  @Test func fileNameStandsForWhatTheContentsDependOn() {
    let original = configuration(.vanHateren)
    let name = original.preparedFileName
    #expect(name.hasPrefix("van-hateren-") && name.hasSuffix(".h5") && name.count == 23)
    var other = original
    other.cache = "/elsewhere"
    other.deadLeaves.images = 99
    #expect(other.preparedFileName == name)
    for change: (inout DataConfiguration) -> Void in [
      { $0.split = .doves }, { $0.whitening = .shifted }, { $0.limitImages = 10 },
      { $0.path = "/data" },
    ] {
      var other = original
      change(&other)
      #expect(other.preparedFileName != name)
    }
    var crops = configuration(.cifar16)
    let cropsName = crops.preparedFileName
    crops.split = .doves
    #expect(crops.preparedFileName == cropsName)
    crops.whitening = .shifted
    #expect(crops.preparedFileName != cropsName)
    var leaves = configuration(.deadLeaves)
    let leavesName = leaves.preparedFileName
    leaves.deadLeaves.largestRadius += 1
    #expect(leaves.preparedFileName != leavesName)
  }
}
