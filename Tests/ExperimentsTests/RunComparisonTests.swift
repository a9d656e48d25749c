import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite struct RunComparisonTests {
  @Test func runsThatDifferInTheSeedAloneAreOneGroup() throws {
    try withRuns { comparison in
      #expect(comparison.groups.map(\.label) == ["mc", "exact"])
      #expect(comparison.groups.map { $0.runs.count } == [3, 1])
      #expect(comparison.groups[0].setting("seed") == "0, 1, 2")
      #expect(comparison.differences == ["training.method", "training.log_every"])
      let nelbo = try #require(comparison.groups[0].estimate("nelbo"))
      #expect(nelbo.mean == 42)
      // 9.925 · √(2/3)/√3.
      #expect(abs((nelbo.interval ?? 0) - 4.6786) < 1e-3)
      #expect(comparison.groups[1].estimate("nelbo")?.interval == nil)
    }
  }

  @Test func dropsAreAboveTheBestOfAllMethodsAndSeeds() throws {
    try withRuns { comparison in
      let drops = try comparison.groups.map { try #require(comparison.drop(of: $0)).mean }
      // The best is 40: the mc runs have 41, 42 and 43.
      #expect(abs(drops[0] - 5) < 1e-9)
      #expect(drops[1] == 0)
    }
  }

  @Test func oneMethodAloneHasNoDrop() throws {
    try withTemporaryFolder { folder in
      let runs = ComparedRuns(folder: folder)
      let paths = try (0..<2).map {
        try runs.write(
          "r\($0)", configuration: ComparedRuns.configuration(seed: $0), nelbo: 40 + Double($0))
      }
      let comparison = try RunComparison(paths)
      #expect(!comparison.hasDrops)
      #expect(comparison.lines.first == "The settings differ in nothing but the seed.")
      #expect(comparison.groups[0].label == "r0 and 1 more")
    }
  }

  @Test func runsOfOtherDataAreNoRepetitionsAndAreSaid() throws {
    try withTemporaryFolder { folder in
      let runs = ComparedRuns(folder: folder)
      let paths = try ["a", "b", "c"].enumerated().map { seed, name in
        try runs.write(
          name, configuration: ComparedRuns.configuration(seed: seed), nelbo: 40,
          more: #","data_sha256":"\#(name == "b" ? "ba5e" : "f00d")""#)
      }
      let comparison = try RunComparison(paths)
      #expect(comparison.groups.map { $0.runs.map(\.name) } == [["a", "c"], ["b"]])
      let note =
        "These runs are not of the same data, so their numbers cannot be compared: "
        + "mnist (SHA-256 f00d): a, c; mnist (SHA-256 ba5e): b"
      #expect(comparison.lines.first == note + ".")
      #expect(comparison.html.contains(note))
      #expect(try RunComparison([paths[0], paths[2]]).dataNote == nil)
    }
  }

  @Test func runsOfOtherDataSetsAreSaid() throws {
    try withTemporaryFolder { folder in
      let runs = ComparedRuns(folder: folder)
      let paths = try ["mnist", "fashion-mnist"].map { name in
        try runs.write(
          "of-\(name)",
          configuration: ComparedRuns.configuration(seed: 0)
            .replacingOccurrences(of: "mnist", with: name), nelbo: 40)
      }
      let note = try #require(try RunComparison(paths).dataNote)
      #expect(note.hasSuffix("mnist: of-mnist; fashion-mnist: of-fashion-mnist"), "\(note)")
    }
  }

  @Test func theSameSeedIsNotCountedTwice() throws {
    try withTemporaryFolder { folder in
      let runs = ComparedRuns(folder: folder)
      let paths = try ["a", "b"].map {
        try runs.write($0, configuration: ComparedRuns.configuration(seed: 3), nelbo: 40)
      }
      #expect(try RunComparison(paths).groups.map { $0.runs.count } == [1, 1])
    }
  }

  @Test func aRunUnderWayCountsWithItsLastValidation() throws {
    try withTemporaryFolder { folder in
      let runs = ComparedRuns(folder: folder)
      let path = try runs.write(
        "a", configuration: ComparedRuns.configuration(seed: 0), nelbo: 44, isFinished: false)
      let comparison = try RunComparison([path])
      #expect(comparison.groups[0].estimate("nelbo")?.mean == 44)
      #expect(comparison.results.rows[0][2] == "under way")
    }
  }

  @Test func foldersWithoutRunOrResultAreNamed() throws {
    try withTemporaryFolder { folder in
      #expect(throws: ComparisonError.noRun(path: "\(folder)/none/config.yaml")) {
        try RunComparison(["\(folder)/none"])
      }
      let runs = ComparedRuns(folder: folder)
      let path = try runs.write(
        "a", configuration: ComparedRuns.configuration(seed: 0), nelbo: 1, isFinished: false)
      try "".write(toFile: "\(path)/metrics.jsonl", atomically: true, encoding: .utf8)
      #expect {
        try RunComparison([path])
      } throws: {
        let error = $0 as? ComparisonError
        return error?.exitCode == 66
          && error?.description
            == "\(path) has no results yet: expected \(path)/summary.json, or a validation in \(path)/metrics.jsonl"
      }
    }
  }

  @Test func theLaTeXTableHasThePublishedForm() throws {
    try withRuns { comparison in
      let latex = comparison.latex
      #expect(latex.contains("poisson & mc &  & $42.0 \\pm 4.7$ \\\\"))
      #expect(latex.contains("poisson & exact &  & $40.0$ \\\\"))
      #expect(latex.contains("& mnist $\\langle$lin$|$lin$\\rangle$ \\\\"))
      #expect(latex.components(separatedBy: "\\begin{table}").count == 3)
    }
  }

  @Test func theSpreadsheetHasALineAGroup() throws {
    try withRuns { comparison in
      let lines = comparison.csv.components(separatedBy: "\r\n")
      #expect(lines.count == 4 && lines[3].isEmpty)
      #expect(
        lines[0].hasPrefix(
          "group,runs,seeds,training.method,training.log_every,nelbo,nelbo_interval,"))
      #expect(lines[1].hasPrefix("mc,3,\"0, 1, 2\",mc,10,42.0,4.67"))
    }
  }

  @Test func theJSONHasEveryRunAndGroup() throws {
    try withRuns { comparison in
      let object = try JSONSerialization.jsonObject(with: Data(comparison.json.json().utf8))
      let groups = try #require((object as? [String: Any])?["groups"] as? [[String: Any]])
      #expect(groups.count == 2)
      let metrics = try #require(groups[0]["metrics"] as? [String: [String: Any]])
      #expect(metrics["nelbo"]?["mean"] as? Double == 42)
      #expect((groups[0]["runs"] as? [[String: Any]])?.count == 3)
      #expect(groups[1]["drop_percent"] is [String: Any])
    }
  }

  @Test func thePageShowsWhatTheTablesShow() throws {
    try withRuns { comparison in
      let html = comparison.html
      #expect(html.contains("<th scope=\"row\">mc</th><td>0, 1, 2</td>"))
      #expect(html.contains("<td>42.00 ± 4.68</td>"))
      #expect(html.contains("training.method"))
    }
  }

  /// Three seeds of one method, and one run of another that logs more often.
  private func withRuns(_ body: (RunComparison) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let runs = ComparedRuns(folder: folder)
      var paths = try (0..<3).map {
        try runs.write(
          "mc-\($0)", configuration: ComparedRuns.configuration(seed: $0), nelbo: 41 + Double($0))
      }
      paths.append(
        try runs.write(
          "exact",
          configuration: ComparedRuns.configuration(
            seed: 0, method: "exact", other: ", log_every: 7"), nelbo: 40))
      try body(RunComparison(paths))
    }
  }
}
