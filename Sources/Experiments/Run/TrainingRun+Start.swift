import Checkpoints
import DataParallel
import Foundation
import Layers
import MPI
import Tensors
import Training

extension TrainingRun {
  /// Makes the run's folder, or sees whether the run in it may be continued.
  static func openFolder(
    _ configuration: ResolvedConfiguration, _ options: RunOptions, on world: Communicator
  ) throws -> RunFolder {
    let folder = RunFolder(options.folder)
    try onFirstRank(world) {
      if FileManager.default.fileExists(atPath: folder.configuration) {
        guard options.resume == .auto else { throw RunError.folderInUse(options.folder) }
        let text = try String(contentsOfFile: folder.configuration, encoding: .utf8)
        try checkIsSameRun(configuration, text, path: folder.configuration)
      }
      try folder.create()
      return ""
    }
    return folder
  }

  /// Sees whether a run of other settings could be continued with these.
  static func checkIsSameRun(
    _ configuration: ResolvedConfiguration, _ text: String, path: String
  ) throws(ConfigurationError) {
    let earlier = try ResolvedConfiguration(text, source: path)
    let differences = configuration.differences(from: earlier)
    guard differences.isEmpty else { throw .differs(path: path, differences: differences) }
  }

  /// Sees whether all ranks compute with the same kernels, without which they would not agree on bits.
  static func compareKernels(on world: Communicator, mode: ReductionMode) throws {
    guard mode == .exact else { return }
    let kernels = try world.allGather("\(BLASLibrary.core), \(vectorInstructionSet)")
    guard let odd = kernels.firstIndex(where: { $0 != kernels[0] }) else { return }
    throw RunError.kernelsDiffer(first: kernels[0], rank: odd, found: kernels[odd])
  }

  /// Restores the checkpoint that the run is to continue from, and says so.
  func resume() throws {
    switch options.resume {
    case .never: return
    case .auto:
      let (resumed, best) = try checkpoints.restoreNewest()
      for file in resumed.passedOver { display.message("warning: passed over \(file.reason)") }
      guard let path = resumed.path else { return }
      bestNELBO = best
      lastCheckpoint = (path, trainer.progress.step)
    case .from(let path):
      let state = try Checkpoint.readState(path, on: world)
      try TrainingRun.checkIsSameRun(configuration, state.configuration, path: path)
      bestNELBO = try checkpoints.restore(path)
      lastCheckpoint = (path, trainer.progress.step)
    }
    resumedFrom = trainer.progress.step
    display.message("resuming from \(lastCheckpoint?.path ?? "") at step \(resumedFrom)")
  }
}
