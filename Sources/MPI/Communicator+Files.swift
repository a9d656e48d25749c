internal import Foundation

extension Communicator {
  /// Lets MPI-IO write by two phases; without effect once this process has opened a file with it.
  ///
  /// Open MPI reads which of its algorithms to use when the first file is opened.
  public static func preferTwoPhaseWrites() { setenv("OMPI_MCA_fcoll", "two_phase", 1) }
}
