import Testing

@testable import Datasets

struct ImageSplitTests {
  /// Files named as van Hateren's, of the given numbers.
  private func paths(_ numbers: [String]) -> [String] { numbers.map { "/x/imk\($0).iml.xz" } }

  @Test func sharesOutTheImagesInTheProportionOfDOVES() {
    #expect(ImageSplit.trainingCount(of: 101) == 80)
    #expect(ImageSplit.trainingCount(of: 100) == 79)
    #expect(ImageSplit.trainingCount(of: 2) == 1)
    #expect(ImageSplit.trainingCount(of: 3) == 2)
  }

  @Test func shuffledUsesEveryImageOnceAndAlwaysAlike() throws {
    let parts = try ImageSplit.shuffledParts(count: 100, limit: nil)
    #expect(parts.training.count == 79)
    #expect(parts.validation.count == 21)
    #expect((parts.training + parts.validation).sorted() == Array(0..<100))
    #expect(parts.training != parts.training.sorted())
    #expect(try ImageSplit.shuffledParts(count: 100, limit: nil) == parts)
    let few = try ImageSplit.shuffledParts(count: 100, limit: 10)
    #expect((few.training + few.validation).sorted() == Array(0..<10))
    #expect(few.training.count == 8)
  }

  @Test func dovesFollowsTheTable() throws {
    #expect(DOVES.number(of: "imk04205") == 1)
    #expect(DOVES.number(of: "imk04098") == 8)
    #expect(DOVES.number(of: "imk03670") == 10)
    #expect(DOVES.number(of: "imk00159") == 80)
    #expect(DOVES.number(of: "imk00031") == 101)
    #expect(DOVES.number(of: "imk00032") == nil)
    #expect(DOVES.number(of: "photograph") == nil)
    let files = paths(["00031", "00034", "00152", "00159", "04145", "04205"])
    let parts = try ImageSplit.dovesParts(of: files, limit: nil)
    #expect(parts.training == [5, 4, 3])
    #expect(parts.validation == [2, 1, 0])
    let few = try ImageSplit.dovesParts(of: files, limit: 3)
    #expect(few == SplitParts(training: [5, 4], validation: [2]))
  }

  @Test func dovesRejectsImagesItDoesNotShow() throws {
    let files = paths(["00031", "00032", "04205"])
    expectFailure(of: files[1], "none whose DOVES number is known") {
      _ = try ImageSplit.dovesParts(of: files, limit: nil)
    }
    expectFailure(of: "data.split", "numbers of both 1...80 and 81...101") {
      _ = try ImageSplit.dovesParts(of: paths(["04205", "04145"]), limit: nil)
    }
  }

  @Test func oneImageCannotBeSplit() {
    expectFailure(of: "data.limit_images", "is 1, expected at least 2") {
      _ = try ImageSplit.shuffledParts(count: 100, limit: 1)
    }
    expectFailure(of: "data", "1 image") {
      _ = try ImageSplit.shuffledParts(count: 1, limit: nil)
    }
  }
}
