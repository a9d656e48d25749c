import MPI
import Tensors
import Testing

@testable import Evaluation

@Suite struct ReadoutTests {
  /// Coefficients to the digits that products of floats leave.
  @Test func regressionAgreesWithScikitLearn() throws {
    let fixture = try EvaluationFixture.read()
    let training = EvaluationFixture.samples(300, features: 4, classes: 4, offset: 0)
    let test = EvaluationFixture.samples(120, features: 4, classes: 4, offset: 1)
    let positive = fixture.logistic.map { $0.positive.map { $0 == 1 } }
    let regression = LogisticRegression(
      training.matrix, labels: training.labels, positive: positive,
      search: LogisticRegression.Search(tolerance: 1e-7, iterations: 1000))
    let accuracies = regression.accuracies(test.matrix, labels: test.labels, positive: positive)
    #expect(regression.hasConverged.allSatisfy { $0 })
    for (k, problem) in fixture.logistic.enumerated() {
      #expect(regression.coefficients[k].count == problem.coefficients.count)
      for (found, expected) in zip(regression.coefficients[k], problem.coefficients) {
        #expect(abs(found - expected) < 2e-5)
      }
      #expect(abs(accuracies[k] - problem.accuracy) < 1e-12)
    }
  }

  @Test func shatteringIsTheMeanOverAllHalvings() throws {
    let fixture = try EvaluationFixture.read()
    let training = EvaluationFixture.samples(300, features: 4, classes: 4, offset: 0)
    let test = EvaluationFixture.samples(120, features: 4, classes: 4, offset: 1)
    let result = try ShatteringDimensionality(
      training: training, test: test, on: Communicator.alone())
    #expect(result.unfinished == 0 && result.accuracies.count == 3)
    let expected = fixture.logistic.map(\.accuracy)
    // The default search ends earlier than the fixture's: a sample near the border may change sides.
    #expect(abs(result.mean - expected.reduce(0, +) / 3) < 0.01)
  }

  @Test func tenClassesHave126Halvings() {
    let halvings = ShatteringDimensionality.halvings(of: 10)
    #expect(halvings.count == 126 && Set(halvings).count == 126)
    #expect(halvings.allSatisfy { $0.count { $0 } == 5 && !$0[9] })
  }

  @Test func neighborsAgreeWithScikitLearn() throws {
    let fixture = try EvaluationFixture.read()
    let features = EvaluationFixture.samples(400, features: 3, classes: 5, offset: 2)
    var ranking = NeighborRanking(features, pool: 200)
    let everything = [Bool](repeating: true, count: 200)
    for (place, expected) in fixture.neighbors.predictions.enumerated() {
      ranking.sort(by: 200 + place)
      #expect(ranking.label(within: everything) == expected)
    }
    let scores = try NearestNeighbors(features, seed: 4, on: Communicator.alone()).scores
    #expect(scores.map(\.labelled) == [200])
    #expect(scores.last?.accuracies == [fixture.neighbors.accuracy])
  }

  @Test func subsetsAreDrawnByTheSeedAndLessIsWorse() throws {
    let features = EvaluationFixture.samples(3000, features: 3, classes: 5, offset: 2)
    func scores(_ seed: UInt32) throws -> [NearestNeighbors.Score] {
      try NearestNeighbors(features, seed: seed, on: Communicator.alone()).scores
    }
    let first = try scores(1)
    #expect(first.map(\.labelled) == [200, 1000, 1500])
    #expect(first.map(\.accuracies.count) == [100, 100, 1])
    #expect(try scores(1) == first)
    let second = try scores(2)
    #expect(second[0].accuracies != first[0].accuracies && second[2] == first[2])
    #expect(Set(first[0].accuracies).count > 10)
    #expect(first[0].mean < first[1].mean && first[1].mean < first[2].mean + 0.02)
  }

  @Test func tiesGoToTheSmallestLabel() {
    let storage = AlignedBuffer<Float>(count: 10, repeating: 0)
    let features = Features(storage, labels: [3, 1, 3, 1, 2, 0, 0, 0, 0, 0])
    var ranking = NeighborRanking(features, pool: 5)
    ranking.sort(by: 9)
    #expect(ranking.label(within: [true, true, true, true, true]) == 1)
    #expect(ranking.label(within: [true, false, true, false, true]) == 3)
  }
}
