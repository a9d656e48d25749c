import Datasets
import Experiments
import Foundation
import Models
import TestSupport
import Testing

/// The files in `configs`.
@Suite struct ConfigurationFilesTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../..").standardized.path

  @Test func everyFileResolvesAndIsWhatItsNameSays() throws {
    let folder = "\(Self.root)/configs"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      .filter { $0 != "sweeps" }
    #expect(names.count == 50)
    let data = [
      "quickstart": "dead-leaves", "vanhateren": "van-hateren", "cifar16": "cifar16",
      "mnist": "mnist", "fashion": "fashion-mnist",
    ]
    for name in names {
      #expect(name.hasSuffix(".yaml"))
      let run = try ResolvedConfiguration(path: "\(folder)/\(name)").run
      #expect(run.profile == .paper)
      let words = name.dropLast(5).split(separator: "-").map(String.init)
      #expect(run.data.name.rawValue == data[words[0]], "\(name)")
      guard let family = words.dropFirst().first(where: { $0 != "mnist" }) else { continue }
      #expect(run.model.family.rawValue == family, "\(name)")
      #expect(run.model.decoder.isLinear != name.contains("conv-conv"), "\(name)")
      #expect(run.model.encoder.isConvolutional == name.contains("-conv"), "\(name)")
      for function in ["relu", "exp"] {
        #expect((run.model.latentFunction.rawValue == function) == words.contains(function))
      }
    }
  }

  @Test func theTablesFilesAreThoseThatTheScriptWrites() throws {
    try withTemporaryFolder { folder in
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "\(Self.root)/cluster/write-configs")
      process.arguments = [folder]
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(names.count == 48)
      for name in names {
        #expect(
          FileManager.default.contentsEqual(
            atPath: "\(folder)/\(name)", andPath: "\(Self.root)/configs/\(name)"), "\(name)")
      }
    }
  }
}
