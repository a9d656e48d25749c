import Testing

@testable import Experiments

@Suite struct TreeParzenSearchTests {
  private static let dimensions: [SearchDimension] = [
    .continuous, .continuous, .continuous, .continuous, .categorical(5),
  ]

  /// A quadratic with its minimum 0 off the centre, and a choice that adds to it unless it is the right one.
  private static func objective(_ point: [Double]) -> Double {
    let squares = zip(point, [0.2, 0.7, 0.4, 0.85]).map { ($0 - $1) * ($0 - $1) }
    return squares.reduce(0, +) + [0.3, 0.2, 0, 0.1, 0.4][Int(point[4] * 5)]
  }

  /// The observations of the first points, each of which knows all before it.
  private func run(_ search: TreeParzenSearch, points: Int) -> [SearchObservation] {
    var history: [SearchObservation] = []
    for number in 0..<points {
      let point = search.point(number, history: history)
      history.append(
        SearchObservation(coordinates: point, objective: Self.objective(point)))
    }
    return history
  }

  private func best(_ search: TreeParzenSearch) -> Double {
    run(search, points: 60).compactMap(\.objective).min() ?? .infinity
  }

  @Test func sixtyPointsFindABetterOneThanSixtyRandomPoints() {
    let seeds = (0..<20).map(UInt32.init)
    let found = seeds.map { best(TreeParzenSearch(dimensions: Self.dimensions, seed: $0)) }
    let random = seeds.map {
      best(TreeParzenSearch(dimensions: Self.dimensions, seed: $0, startup: 60))
    }
    let medians = [found, random].map { ($0.sorted()[9] + $0.sorted()[10]) / 2 }
    // The medians are 0.011 and 0.100.
    #expect(medians[0] < medians[1] / 3, "medians \(medians)")
  }

  @Test func theSameHistoryGivesTheSamePoint() {
    let search = TreeParzenSearch(dimensions: Self.dimensions, seed: 3)
    let history = run(search, points: 30)
    #expect(search.point(30, history: history) == search.point(30, history: history))
    #expect(search.point(30, history: history) != search.point(31, history: history))
    let other = TreeParzenSearch(dimensions: Self.dimensions, seed: 4)
    #expect(search.point(30, history: history) != other.point(30, history: history))
  }

  @Test func theFirstPointsDoNotDependOnTheHistory() {
    let search = TreeParzenSearch(dimensions: Self.dimensions, seed: 3)
    let history = run(search, points: 30)
    #expect(search.point(9, history: history) == search.point(9, history: []))
    #expect(search.point(10, history: history) != search.point(10, history: []))
  }

  @Test func theGoodChoiceIsPreferred() {
    let search = TreeParzenSearch(dimensions: [.categorical(4)], seed: 1)
    let history = (0..<40).map { number in
      let u = (Double(number % 4) + 0.5) / 4
      return SearchObservation(coordinates: [u], objective: number % 4 == 2 ? 0 : 1)
    }
    let choices = (40..<90).map { Int(search.point($0, history: history)[0] * 4) }
    #expect(choices.allSatisfy { $0 == 2 })
  }

  @Test func pointsThatAreStillComputedKeepOthersAway() {
    let search = TreeParzenSearch(dimensions: [.categorical(4)], seed: 1)
    let pending = (0..<40).map { _ in SearchObservation(coordinates: [0.6], objective: nil) }
    let choices = (40..<90).map { Int(search.point($0, history: pending)[0] * 4) }
    #expect(!choices.contains(2))
  }

  @Test func aTenthIsGoodUpToTwentyFiveAndFailuresAreNot() {
    for (count, expected) in [(0, 0), (1, 1), (10, 1), (11, 2), (250, 25), (400, 25)] {
      let finished = (0..<count).map {
        SearchObservation(coordinates: [Double($0) / 400], objective: -Double($0))
      }
      let others = [nil, .nan].map { SearchObservation(coordinates: [0], objective: $0) }
      let (good, rest) = TreeParzenSearch.split(others + finished)
      #expect(good.compactMap(\.objective) == finished.suffix(expected).compactMap(\.objective))
      #expect(rest.count == count - expected + 2)
    }
  }

  @Test func whereASettingDidNotApplyItIsNotCounted() {
    let search = TreeParzenSearch(dimensions: [.continuous, .categorical(3)], seed: 9)
    let history = (0..<20).map {
      SearchObservation(coordinates: [Double($0) / 20, nil], objective: Double($0))
    }
    let points = (20..<320).map { search.point($0, history: history) }
    // Without an observation each choice is equally likely: 100 of 300, standard deviation 8.
    for choice in 0..<3 {
      #expect(abs(points.filter { Int($0[1] * 3) == choice }.count - 100) < 41)
    }
    // Of values up to 0.95 the two best are 0 and 0.05.
    #expect(points.map { $0[0] }.sorted()[150] < 0.2)
  }

  @Test func coordinatesStayBelowOne() {
    let search = TreeParzenSearch(dimensions: [.continuous], seed: 2)
    let history = (0..<200).map {
      SearchObservation(
        coordinates: [$0 < 20 ? 1.0.nextDown : 0.1], objective: $0 < 20 ? 0 : 1)
    }
    let coordinates = (200..<400).map { search.point($0, history: history)[0] }
    #expect(coordinates.allSatisfy { (0..<1).contains($0) })
    #expect(coordinates.filter { $0 > 0.8 }.count > 190)
  }
}
