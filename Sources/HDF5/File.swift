internal import CHDF5
internal import Foundation
public import MPI

/// An open HDF5 file; this process's alone, or that of all ranks of a communicator together.
///
/// In a file that was opened on a communicator, everything that changes the file or its structure
/// is collective: every rank creates the same groups, datasets and attributes in the same order,
/// and closes the file. Paths within the file are written from the root: `/parameters/weight`.
public struct File: ~Copyable {
  /// Where the file lies.
  public let path: String
  /// The ranks that share the file; `nil` where this process has it alone.
  let communicator: Communicator?
  let handle: Handle

  private init(
    _ function: StaticString, _ path: String, on communicator: Communicator?,
    _ open: (hid_t) -> hid_t
  ) throws(HDF5Error) {
    let access = try Handle("H5Pcreate", path, release: H5Pclose) { H5Pcreate(H5P_FILE_ACCESS) }
    // Closing the file closes what is open within, so that it is complete on disk afterwards.
    try call("H5Pset_fclose_degree", path) { H5Pset_fclose_degree(access.id, H5F_CLOSE_STRONG) }
    // From this version on HDF5 has checksums over its own structures; without them one flipped
    // bit makes it read and free wild addresses.
    try call("H5Pset_libver_bounds", path) {
      H5Pset_libver_bounds(access.id, H5F_LIBVER_V18, H5F_LIBVER_V18)
    }
    if let communicator {
      try call("H5Pset_fapl_mpio", path) {
        H5Pset_fapl_mpio(access.id, communicator.handle, MPI_INFO_NULL)
      }
    }
    let handle = try Handle(function, path, release: H5Fclose) { open(access.id) }
    self.path = path
    self.communicator = communicator
    self.handle = handle
  }

  /// Makes a new file, in place of an old one of that name.
  ///
  /// - Parameters:
  ///   - path: Where it shall lie, in a folder that exists.
  ///   - communicator: The ranks that write it together, all of which call this; `nil` for this
  ///     process alone.
  ///   - userBlock: Bytes at the file's start that HDF5 leaves alone: 0, or a power of two from
  ///     512 on.
  /// - Returns: The file, open for writing and reading.
  /// - Throws: ``HDF5Error`` with the exit code 73.
  public static func create(
    _ path: String, on communicator: Communicator?, userBlock: Int = 0
  ) throws(HDF5Error) -> File {
    do throws(HDF5Error) {
      let creation = try Handle("H5Pcreate", path, release: H5Pclose) {
        H5Pcreate(H5P_FILE_CREATE)
      }
      try call("H5Pset_userblock", path) { H5Pset_userblock(creation.id, hsize_t(userBlock)) }
      return try File("H5Fcreate", path, on: communicator) { access in
        H5Fcreate(path, H5F_ACC_TRUNC, creation.id, access)
      }
    } catch {
      var error = error
      error.exitCode = 73
      throw error
    }
  }

  /// Opens a file for reading.
  ///
  /// - Parameters:
  ///   - path: Where it lies.
  ///   - communicator: The ranks that read it together, all of which call this; `nil` for this
  ///     process alone.
  /// - Returns: The file.
  /// - Throws: ``HDF5Error``, with the exit code 66 where there is no such file.
  public static func open(
    _ path: String, on communicator: Communicator?
  ) throws(HDF5Error) -> File {
    do throws(HDF5Error) {
      return try File("H5Fopen", path, on: communicator) { access in
        H5Fopen(path, H5F_ACC_RDONLY, access)
      }
    } catch {
      var error = error
      if !FileManager.default.fileExists(atPath: path) { error.exitCode = 66 }
      throw error
    }
  }

  /// Writes everything to the operating system; collective.
  ///
  /// - Throws: ``HDF5Error``, as when the disk is full.
  public func flush() throws(HDF5Error) {
    try call("H5Fflush", path) { H5Fflush(handle.id, H5F_SCOPE_GLOBAL) }
  }

  /// Closes the file and what is open within; collective.
  ///
  /// - Throws: ``HDF5Error``, as when the last bytes could not be written.
  public consuming func close() throws(HDF5Error) {
    let path = path
    try handle.close("H5Fclose", path)
  }

  /// The file and an object within, for errors.
  func place(_ object: String) -> String { "\(path):\(object)" }
}
