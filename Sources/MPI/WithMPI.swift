internal import COpenMPI
internal import Foundation

/// An error that knows with which code the program should end because of it.
public protocol ExitCoded: Error {
  /// A code of `sysexits.h`: 65 for bad data, 74 for input and output, 78 for configuration.
  var exitCode: Int32 { get }
}

/// Runs the whole program with MPI.
///
/// Called once, from the main thread; without `mpirun` the process is the only rank. An error
/// that leaves `body` ends here, in one of two ways. Where every rank fails within a second, as
/// with a wrong configuration, rank 0 prints its error, another rank only one that differs, and
/// all end in order. Where a rank fails alone the others would wait for it for ever, so it prints
/// its error and takes all ranks down by `MPI_Abort`.
///
/// - Parameter body: The program; gets the communicator of all ranks and returns the exit code.
/// - Returns: What this process should exit with: that of `body`, or the error's own, or 70.
public func withMPI(_ body: (Communicator) throws -> Int32) -> Int32 {
  let world: Communicator
  let failures: Communicator
  do {
    world = try initialize(threads: MPI_THREAD_FUNNELED)
    failures = try world.duplicate()
  } catch {
    printError("\(error)")
    return softwareFailure
  }
  var code: Int32
  do {
    code = try body(world)
  } catch {
    code = (error as? any ExitCoded)?.exitCode ?? softwareFailure
    if code == MPIError.stallExitCode {
      // Each rank says what it knows, and gives the others time to do so, before it ends all.
      printError("rank \(world.rank): \(error)")
      sleep(1)
      // Others that have given this rank up may go on without it, which an abort would not let
      // them.
      if wasAbsent { _exit(code) }
      endAllRanks(code)
    }
    report("\(error)", code: code, on: failures)
  }
  if ranksAreLost {
    fflush(nil)
    _exit(code)
  }
  do {
    try failures.close()
    try check("MPI_Finalize", MPI_Finalize())
  } catch {
    printError("rank \(world.rank): \(error)")
    if code == 0 { code = softwareFailure }
  }
  return code
}

extension Communicator {
  /// A communicator of this process alone, outside `withMPI`: for tests within one process.
  ///
  /// Starts MPI on first use, for any thread, and ends it when the process exits.
  ///
  /// - Returns: `MPI_COMM_SELF`.
  /// - Throws: ``MPIError``.
  package static func alone() throws(MPIError) -> Communicator {
    switch startedForTests {
    case .success: return try Communicator(handle: MPI_COMM_SELF)
    case .failure(let error): throw error
    }
  }
}

private let startedForTests: Result<Void, MPIError> = {
  do throws(MPIError) {
    _ = try initialize(threads: MPI_THREAD_MULTIPLE)
    atexit { MPI_Finalize() }
    return .success(())
  } catch {
    return .failure(error)
  }
}()

/// EX_SOFTWARE of `sysexits.h`: the code of an error that has none.
private let softwareFailure: Int32 = 70

private func initialize(threads required: Int) throws(MPIError) -> Communicator {
  // Left to itself, Open MPI 4.1.4 does reductions in place that are waited for in pieces by one
  // rank for all: 0.55 ms for 2 MB on two ranks. So it takes 0.35 ms, as the blocking call does.
  setenv("OMPI_MCA_coll_libnbc_iallreduce_algorithm", "rabenseifner", 0)
  // Its way to share a file's position by a file beside it overruns a buffer where the path is
  // longer than 255 bytes (open-mpi/ompi#13565); HDF5 shares no positions.
  setenv("OMPI_MCA_sharedfp", "^lockedfile", 0)
  var provided: Int32 = 0
  try check("MPI_Init_thread", MPI_Init_thread(nil, nil, Int32(required), &provided))
  try check(
    "MPI_Init_thread", provided < Int32(required) ? MPI_ERR_UNSUPPORTED_OPERATION : MPI_SUCCESS)
  return try Communicator(handle: MPI_COMM_WORLD)
}

/// Prints a failure of this rank, with the other ranks' where they share it; else aborts them.
private func report(_ message: String, code: Int32, on failures: Communicator) {
  do {
    guard try everyRankArrives(on: failures, within: .seconds(1)) else {
      abort("rank \(failures.rank): \(message)", code: code)
      return
    }
    let messages = try failures.allGather(message)
    if failures.rank == 0 {
      printError(message)
    } else if message != messages[0] {
      printError("rank \(failures.rank): \(message)")
    }
  } catch {
    abort("rank \(failures.rank): \(message); then \(error)", code: code)
  }
}

/// Finds out whether all ranks call this within a time; it cannot wait in a plain barrier, which
/// a rank that did not fail never enters.
private func everyRankArrives(
  on communicator: Communicator, within time: Duration
) throws(MPIError) -> Bool {
  var barrier: MPI_Request? = nil
  try check("MPI_Ibarrier", MPI_Ibarrier(communicator.handle, &barrier))
  let start = ContinuousClock.now
  var done: Int32 = 0
  while true {
    try check("MPI_Test", MPI_Test(&barrier, &done, MPI_STATUS_IGNORE))
    if done != 0 { return true }
    if ContinuousClock.now - start > time { return false }
    usleep(1000)
  }
}

private func abort(_ message: String, code: Int32) {
  printError(message)
  endAllRanks(code)
}

/// Ends this process, and with it all others.
///
/// `mpirun` 4.1.4 ends them as soon as one leaves without a farewell. `MPI_Abort` makes it print a
/// text that it sometimes fails to read, and dies of (signal 11); other launchers need it, and so
/// does `mpirun` where it lets the others live.
private func endAllRanks(_ code: Int32) {
  let isUnderMpirun = getenv("OMPI_COMM_WORLD_SIZE") != nil
  let othersWouldLive = getenv("OMPI_MCA_orte_enable_recovery") != nil
  if isUnderMpirun, !othersWouldLive {
    fflush(nil)
    _exit(code)
  }
  MPI_Abort(MPI_COMM_WORLD, code)
}

/// Says on standard error that something is wrong.
func printError(_ message: String) {
  writeText("shoal: \(message.printable())\n", to: STDERR_FILENO)
}
