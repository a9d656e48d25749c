import Testing

@testable import Experiments

/// What is said of launches, from the environments that launchers make.
struct LaunchEnvironmentTests {
  private static let mpirun = ["OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "2"]
  private static let srun = [
    "SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "3", "SLURM_NTASKS": "4",
  ]

  @Test func aLaunchThatMPIKnowsOfIsRight() {
    let launch = LaunchEnvironment(Self.mpirun)
    #expect(launch.launcher == .mpirun && launch.processes == 4 && launch.number == 2)
    #expect(launch.problemBeforeMPI == nil && launch.problem(ranks: 4) == nil)
    let pmix = LaunchEnvironment(Self.srun.merging(["PMIX_RANK": "3"]) { $1 })
    #expect(pmix.launcher == .srun && pmix.number == 3)
    #expect(pmix.problemBeforeMPI == nil && pmix.problem(ranks: 4) == nil)
    #expect(pmix.warning(ranks: 4) == nil)
  }

  @Test func singletonsOfMpirunAreRefused() throws {
    let problem = try #require(LaunchEnvironment(Self.mpirun).problem(ranks: 1))
    #expect(problem.contains("mpirun started 4 processes but MPI sees 1 rank"))
  }

  @Test func tasksOfSrunWithoutPMIxAreRefusedBeforeMPI() throws {
    let launch = LaunchEnvironment(Self.srun)
    #expect(launch.number == 3)
    #expect(try #require(launch.problemBeforeMPI).contains("4 processes"))
    #expect(try #require(launch.problemBeforeMPI).contains("srun --mpi=pmix"))
    let alone = LaunchEnvironment(Self.srun.merging(["SLURM_STEP_NUM_TASKS": "1"]) { $1 })
    #expect(try #require(alone.problemBeforeMPI).contains("srun --mpi=pmix"))
  }

  /// The daemons of mpirun are tasks of srun, and ranks inherit their variables.
  @Test func mpirunWithinSlurmCountsItsOwnRanks() {
    let launch = LaunchEnvironment(
      Self.srun.merging(["OMPI_COMM_WORLD_SIZE": "8", "PMIX_RANK": "1"]) { $1 })
    #expect(launch.launcher == .mpirun && launch.problem(ranks: 8) == nil)
    // A step of its own below a rank of mpirun.
    #expect(launch.problem(ranks: 4) == nil)
    let trusted = LaunchEnvironment(Self.srun.merging(["SHOAL_TRUST_LAUNCHER": "1"]) { $1 })
    #expect(trusted.problemBeforeMPI == nil && trusted.problem(ranks: 1) == nil)
  }

  @Test func otherLaunchersAreRefusedWithARemedy() throws {
    let launch = LaunchEnvironment(["PMI_SIZE": "2", "PMI_RANK": "1"])
    #expect(try #require(launch.problem(ranks: 1)).contains("Open MPI"))
  }

  @Test func oneRankInALargerJobIsWarnedOf() throws {
    let launch = LaunchEnvironment(["SLURM_NTASKS": "4", "SLURM_PROCID": "0"])
    #expect(launch.launcher == nil && launch.problem(ranks: 1) == nil)
    #expect(try #require(launch.warning(ranks: 1)).contains("4 tasks"))
    #expect(LaunchEnvironment([:]).warning(ranks: 1) == nil)
  }

  @Test func coresAreReadFromTheKernelsList() {
    let lists: [String: Set<Int>] = [
      "0-3,8": [0, 1, 2, 3, 8], " 5\t": [5], "": [], "3-1": [],
    ]
    for (list, cores) in lists { #expect(AvailableCores.numbers(list) == cores, "\(list)") }
  }
}
