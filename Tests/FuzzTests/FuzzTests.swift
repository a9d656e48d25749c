import Foundation
import TestSupport
import Testing

/// Readers given what disks, editors and malice make of their files; a crash is that of a child
/// process.
@Suite(.serialized) struct FuzzTests {
  /// The readers that the executable offers, so that another one is added in a single place.
  static let targets: [String] = {
    let list = try? ProgramRun("Fuzz", ["--list"])
    return list?.output.split(separator: "\n").map(String.init) ?? []
  }()

  @Test func targetsAreFound() {
    #expect(FuzzTests.targets.count > 15)
  }

  /// Cases of every test run; `cluster/test --fuzz` tries others for as long as is wanted.
  @Test(arguments: targets)
  func noInputBringsTheReaderDown(target: String) throws {
    let run = try ProgramRun("Fuzz", [target, "--count", "150"])
    #expect(run.status == 0, "\(run.output)")
  }
}
