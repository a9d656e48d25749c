import MPI
import Tensors
import TestSupport
import Testing

@testable import Evaluation

@Suite struct ReadoutTests {
  @Test func regressionAgreesWithScikitLearn() throws {
    let fixture = try EvaluationFixture.read()
    let training = EvaluationFixture.samples(300, features: 4, classes: 4, offset: 0)
    let test = EvaluationFixture.samples(120, features: 4, classes: 4, offset: 1)
    let positive = fixture.logistic.map { $0.positive.map { $0 == 1 } }
    let search = LogisticRegression.Search()
    let regression = LogisticRegression(
      training.matrix, labels: training.labels, positive: positive, search: search)
    let accuracies = regression.accuracies(test.matrix, labels: test.labels, positive: positive)
    #expect(regression.hasConverged.allSatisfy { $0 })
    let ends = LogisticLoss(training.matrix, labels: training.labels, positive: positive)
      .evaluate(regression.coefficients)
    for (k, problem) in fixture.logistic.enumerated() {
      // At a tenth of this tolerance steps gain less than the rounding of the mean loss, which may
      // then end the search before.
      #expect(ends[k].gradient.allSatisfy { abs($0) <= search.tolerance })
      let tolerance = Tolerance(
        absolute: 1.02 * problem.conditioning * (search.tolerance + 7e-6),
        because: """
          the search ends where no part of the gradient exceeds 1e-4; 300 products of floats, 0.35 \
          on average, leave it off by 300·0.35·2⁻²⁴, their slopes by less than 1e-6; the inverse \
          Hessian, which changes by less than 2 % from there to the minimum, gives the distance
          """)
      #expect(
        mismatch(regression.coefficients[k], problem.coefficients, within: tolerance) == nil)
      // The border moves by less than it is away from any sample.
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
    // The default search ends earlier than the fixture's: a sample near the border may change
    // sides.
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
