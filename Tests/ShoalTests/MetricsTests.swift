import Foundation
import TestSupport
import Testing

/// `shoal evaluate --metrics`.
@Suite(.serialized) struct MetricsTests {
  private func numbers(_ small: SmallRun, _ file: String) throws -> [String: Double] {
    try JSONSerialization.jsonObject(with: small.contents(of: file)) as? [String: Double] ?? [:]
  }

  @Test func allMetricsOfLabelledImagesAreTheSameOnTwoRanks() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      try small.writeDigits()
      let trained = try small.shoal(
        "train", "small.yaml", "data.name=mnist", "data.path=digits", "training.batch=8",
        "training.steps=5", "model.decoder=linear+b", "--quiet")
      #expect(trained.status == 0, "\(trained.output)")
      for (file, ranks) in [("one.json", nil), ("two.json", 2)] {
        let run = try small.shoal(
          "evaluate", "runs/small", "model.sparse_coding.iterations=10", "--metrics", "all",
          "--json",
          file, ranks: ranks)
        #expect(run.status == 0, "\(run.output)")
      }
      let found = try numbers(small, "one.json")
      #expect(try numbers(small, "two.json") == found)
      for name in [
        "nelbo", "population_sparsity", "active_fraction_official", "knn_accuracy_all",
        "shattering_dimensionality", "gabor_share", "gabor_explained", "lca_mse_0.1",
        "lca_lifetime_0.7", "lca_normalized_mse_1",
      ] {
        #expect(found[name]?.isFinite == true, "\(name)")
      }
      // The stripes of ten labels are many: chance is a half of the halvings, a tenth of the
      // neighbours.
      #expect((0...1).contains(found["shattering_dimensionality"] ?? -1))
      // A stronger norm leaves a sparser code and a larger error.
      #expect((found["lca_mse_1"] ?? 0) > (found["lca_mse_0.001"] ?? 0))
      #expect((found["lca_lifetime_1"] ?? 0) > (found["lca_lifetime_0.001"] ?? 1))
    }
  }

  @Test func metricsThatCannotBeHadAreNamed() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      _ = try small.shoal("train", "small.yaml", "training.steps=1", "--quiet")
      for (names, message) in [
        ("knm", "there is no metric knm; did you mean knn?"),
        ("knn,shattering", "has none of them (classifiers need labels"),
      ] {
        let run = try small.shoal("evaluate", "runs/small", "--metrics", names)
        #expect(run.status == 64 && run.output.contains(message), "\(run.output)")
      }
      let some = try small.shoal("evaluate", "runs/small", "--metrics", "kl,gabor_explained,kl")
      #expect(some.status == 0)
      let lines = some.output.split(separator: "\n").filter {
        !$0.hasPrefix("preparing") && !$0.hasPrefix("warning: ")
      }
      #expect(lines.map { $0.split(separator: " ").first } == ["kl", "gabor_explained"])
    }
  }
}
