import Evaluation
import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite struct RateDistortionTests {
  /// The published points, from which the paper has its coefficients.
  @Test func runsThatDifferInBetaHaveThePublishedCurve() throws {
    try withSweep(PublishedResults.betaSweep) { comparison in
      #expect(comparison.sweeps.count == 1)
      let curve = try #require(comparison.sweeps.first?.curve)
      let published = PublishedResults.betaCurve
      #expect(abs(curve.height - published.height) < 1e-3)
      #expect(abs(curve.middle - published.middle) < 0.05)
      #expect(abs(curve.steepness - published.steepness) < 1e-4)
      #expect(abs(curve.base - published.base) < 1e-3)
      let residual = try #require(comparison.sweeps.first?.residual)
      #expect(abs(residual - 0.0052) < 1e-4)
    }
  }

  @Test func textPageAndJSONShowTheFit() throws {
    try withSweep(PublishedResults.betaSweep) { comparison in
      let lines = comparison.lines.suffix(2)
      #expect(lines.first?.hasPrefix("van-hateren poisson <lin|lin> mc") == true)
      #expect(lines.last?.hasPrefix("published P-VAE <lin|lin> van-hateren mc") == true)
      #expect(lines.allSatisfy { $0.contains("  8  0.729") && $0.contains("  76.5") })
      #expect(
        comparison.html.contains("<title>fit: van-hateren poisson &lt;lin|lin&gt; mc</title>"))
      #expect(comparison.html.contains("<title>published P-VAE &lt;lin|lin&gt;</title>"))
      let sweep = try #require(try sweeps(comparison).first)
      let curve = try #require(sweep["curve"] as? [String: Double])
      #expect(abs((curve["height"] ?? 0) - 0.729) < 1e-3 && curve["residual"] != nil)
      let points = try #require(sweep["points"] as? [[String: Double]])
      #expect(points.map { $0["beta"] } == [0.01, 0.2, 0.4, 0.6, 0.8, 1, 1.5, 4])
    }
  }

  @Test func fewPointsAreShownWithoutAFit() throws {
    try withSweep(Array(PublishedResults.betaSweep.prefix(4))) { comparison in
      #expect(comparison.sweeps.map(\.points.count) == [4])
      #expect(comparison.curveTable.rows.isEmpty)
      #expect(!comparison.html.contains("fit:") && !comparison.html.contains("published P-VAE"))
      let sweep = try #require(try sweeps(comparison).first)
      #expect(sweep["curve"] is NSNull)
    }
  }

  /// Seeds of one β are one point, and four of five errors that are alike are one.
  @Test func pointsAreDistinctErrors() throws {
    let beta = PublishedResults.betaSweep
    try withSweep(Array(beta.prefix(4)), seeds: 3) { comparison in
      #expect(comparison.sweeps.map(\.points.count) == [4])
      #expect(comparison.sweeps.first?.curve == nil)
    }
    let alike = (0..<4).map {
      PublishedResults.Point(name: "β = \(2 + $0)", mseMap: 50, lifetimeSparsity: 0.5)
    }
    try withSweep(alike + beta.prefix(2)) { comparison in
      #expect(comparison.sweeps.map(\.points.count) == [6])
      #expect(comparison.sweeps.first?.curve == nil)
    }
  }

  @Test func runsOfOtherModelsAreNotInTheSweep() throws {
    for other in [", epochs: 7", ", method: exact"] {
      try withSweep(PublishedResults.betaSweep, other: other) { comparison in
        #expect(comparison.sweeps.map(\.points.count) == [7])
      }
    }
    try withSweep(PublishedResults.betaSweep, data: "dead-leaves") { comparison in
      // The paper's curve is one of photographs.
      #expect(comparison.curveTable.rows.count == 1)
    }
  }

  @Test func sweepsOfOneModelWithOtherSettingsAreToldApart() throws {
    let points = PublishedResults.betaSweep
    try withTemporaryFolder { folder in
      let runs = ComparedRuns(folder: folder)
      let paths = try [7, 8].flatMap { epochs in
        try points.prefix(2).enumerated().map { place, point in
          try runs.write(
            "e\(epochs)-\(place)",
            configuration:
              "data: {name: mnist}\ntraining: {beta: \(1 + place), epochs: \(epochs)}\n",
            nelbo: 1,
            more: #","mse_map":\#(point.mseMap),"lifetime_sparsity":\#(point.lifetimeSparsity)"#)
        }
      }
      let comparison = try RunComparison(paths)
      #expect(
        comparison.sweeps.map(\.label) == [
          "mnist poisson <lin|lin> mc, e7-0 and others",
          "mnist poisson <lin|lin> mc, e8-0 and others",
        ])
    }
  }

  private func sweeps(_ comparison: RunComparison) throws -> [[String: Any]] {
    let object = try JSONSerialization.jsonObject(with: Data(comparison.json.json().utf8))
    return try #require((object as? [String: Any])?["rate_distortion"] as? [[String: Any]])
  }

  /// A run for each point and seed; the last point's have further settings.
  private func withSweep(
    _ points: [PublishedResults.Point], seeds: Int = 1, other: String = "",
    data: String = "van-hateren", _ body: (RunComparison) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let runs = ComparedRuns(folder: folder)
      let paths = try points.enumerated().flatMap { place, point in
        try (0..<seeds).map { seed in
          let beta = point.name.split(separator: " ").last ?? ""
          let further = place == points.count - 1 ? other : ""
          return try runs.write(
            "r\(place)-\(seed)",
            configuration:
              "seed: \(seed)\ndata: {name: \(data)}\ntraining: {beta: \(beta)\(further)}\n",
            nelbo: 150,
            more: #","mse_map":\#(point.mseMap),"lifetime_sparsity":\#(point.lifetimeSparsity)"#)
        }
      }
      try body(RunComparison(paths))
    }
  }
}
