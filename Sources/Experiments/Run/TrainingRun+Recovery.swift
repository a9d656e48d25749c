import MPI
import Training

extension TrainingRun {
  /// Goes on without ranks that do not answer any more.
  ///
  /// The ranks that are left make a communicator of their own, share the shards anew, and go back to
  /// the newest copy that all of them have. Sums are exact, so the run's numbers stay what they were.
  ///
  /// - Throws: `error` where the run does not want that, or rank 0 is lost.
  func recover(from error: any Error) throws {
    guard var snapshots, let lost = world.watchdog?.silentRanks, !lost.isEmpty, !lost.contains(0)
    else { throw error }
    let start = ContinuousClock.now
    let names = lost.map { "\(numbers[$0])" }.joined(separator: ", ")
    display.warn("lost rank\(lost.count == 1 ? "" : "s") \(names): \(error)")
    // MPI may still write into the buffers of an operation that never ended.
    abandoned.append((trainer, evaluator, checkpoints))
    let group = try world.survivors(without: lost)
    numbers = numbers.indices.filter { !lost.contains($0) }.map { numbers[$0] }
    lostRanks += lost.count
    let parts = try TrainingRun.parts(configuration, data, folder, on: group)
    (world, trainer, evaluator, checkpoints) = (
      group, parts.trainer, parts.evaluator, parts.checkpoints
    )
    let common = Int(try world.allReduce(Int64(snapshots.step), .minimum))
    guard let snapshot = snapshots.of(step: common) else { throw error }
    snapshot.trainer.restore(into: trainer)
    past = snapshot.past
    lastValidation = snapshot.lastValidation
    checkpoints.writesAlone()
    snapshots = RunSnapshots(self)
    self.snapshots = snapshots
    logStart()
    let time = formatted((ContinuousClock.now - start) / .seconds(1))
    display.message(
      "\(world.size) rank\(world.size == 1 ? "" : "s") go on from step \(common), after \(time) s")
  }
}
