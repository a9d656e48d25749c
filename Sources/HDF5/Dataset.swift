internal import CHDF5
internal import MPI

/// An array of numbers in a file, read and written by rows: ranges along its first axis.
///
/// Where the file was opened on a communicator, writing is collective: every rank takes part, each
/// with its own range, which may be empty. Reading is each rank's own affair. A dataset must not
/// be used after its file is closed.
public struct Dataset: ~Copyable {
  /// The file and the path within, as errors name it.
  public let path: String
  /// Extents; empty for the single element of a scalar dataset, which counts as one row.
  public let shape: [Int]
  /// The smallest type that holds all values of the type in the file.
  public let type: ElementType
  /// The most bytes that one call to HDF5 gets from a rank; tests make it smaller.
  ///
  /// The MPI-IO below HDF5 1.10 counts in 32 bits.
  package var partBytes = Int(Int32.max)
  /// Whether ranks write in one collective transfer; where not, each writes by itself, though all
  /// still call ``write(_:rows:)``.
  public var isCollective = true
  private let communicator: Communicator?
  private let handle: Handle

  init(
    _ handle: consuming Handle, path: String, shape: [Int], type: ElementType,
    communicator: Communicator?
  ) {
    self.path = path
    self.shape = shape
    self.type = type
    self.communicator = communicator
    self.handle = handle
  }

  /// Finds out the shape and the type of a dataset.
  init(
    opened handle: consuming Handle, path: String, communicator: Communicator?
  ) throws(HDF5Error) {
    let (id, path) = (handle.id, path)
    try Dataset.checkIsWithinTheFile(id, path)
    let space = try Handle("H5Dget_space", path, release: H5Sclose) { H5Dget_space(id) }
    let axes = try call("H5Sget_simple_extent_ndims", path) {
      H5Sget_simple_extent_ndims(space.id)
    }
    var extents = [hsize_t](repeating: 0, count: Int(axes))
    try call("H5Sget_simple_extent_dims", path) {
      H5Sget_simple_extent_dims(space.id, &extents, nil)
    }
    let fileType = try Handle("H5Dget_type", path, release: H5Tclose) { H5Dget_type(id) }
    var type: ElementType?
    try call("H5Tget_class", path) {
      type = ElementType.holding(fileType.id)
      return 0
    }
    guard let type, let shape = Dataset.shape(extents) else {
      throw HDF5Error(
        function: "H5Dopen2", path: path, text: "neither integers nor reals of at most 64 bits")
    }
    self.init(handle, path: path, shape: shape, type: type, communicator: communicator)
  }

  /// Makes sure that the elements are in the file, and not in others that it names.
  private static func checkIsWithinTheFile(_ id: hid_t, _ path: String) throws(HDF5Error) {
    let properties = try Handle("H5Dget_create_plist", path, release: H5Pclose) {
      H5Dget_create_plist(id)
    }
    var layout = H5D_LAYOUT_ERROR
    try call("H5Pget_layout", path) {
      layout = H5Pget_layout(properties.id)
      return layout.rawValue
    }
    let others = try call("H5Pget_external_count", path) { H5Pget_external_count(properties.id) }
    if layout == H5D_VIRTUAL || others > 0 {
      throw HDF5Error(
        function: "H5Pget_layout", path: path, text: "its elements lie in other files")
    }
  }

  /// Extents as `Int`; `nil` where a damaged file gives more elements than there can be bytes.
  private static func shape(_ extents: [hsize_t]) -> [Int]? {
    var shape: [Int] = []
    var count = 1
    for extent in extents {
      guard let extent = Int(exactly: extent) else { return nil }
      let (product, overflows) = count.multipliedReportingOverflow(by: max(1, extent))
      if overflows || product > Int.max / 8 { return nil }
      count = product
      shape.append(extent)
    }
    return shape
  }

  /// The number of rows.
  public var rowCount: Int { shape.first ?? 1 }

  /// The number of elements in a row.
  public var rowLength: Int { shape.dropFirst().reduce(1, *) }

  /// Writes this rank's rows; collective.
  ///
  /// - Parameters:
  ///   - elements: The rows one behind the other, of the dataset's own type.
  ///   - rows: Which rows; ranks must not write the same ones.
  /// - Throws: ``HDF5Error``, which other ranks need not see.
  public func write<S: HDF5Scalar>(
    _ elements: UnsafeBufferPointer<S>, rows: Range<Int>
  ) throws(HDF5Error) {
    precondition(S.elementType == type, "\(path) holds \(type), not \(S.elementType)")
    checkExtents(elements.count, rows)
    let parts = try agreed(partCount(of: rows, bytesPerElement: MemoryLayout<S>.stride))
    try inParts(parts, of: rows, bytesPerElement: MemoryLayout<S>.stride) {
      (part) throws(HDF5Error) in
      try transfer("H5Dwrite", part, isCollective: isCollective && communicator != nil) {
        memory, file, transfer in
        let start = elements.baseAddress.map {
          $0 + (part.lowerBound - rows.lowerBound) * rowLength
        }
        return H5Dwrite(handle.id, S.elementType.memoryType, memory, file, transfer, start)
      }
    }
  }

  /// Reads the rows that this rank wants.
  ///
  /// Integers of another size, and reals of another precision, are converted by HDF5.
  ///
  /// - Parameters:
  ///   - rows: Which rows; ranks may want the same ones.
  ///   - elements: Receives the rows one behind the other.
  /// - Throws: ``HDF5Error``, as where the dataset holds integers and `elements` reals.
  public func read<S: HDF5Scalar>(
    rows: Range<Int>, into elements: UnsafeMutableBufferPointer<S>
  ) throws(HDF5Error) {
    checkExtents(elements.count, rows)
    if S.elementType.isInteger != type.isInteger {
      throw HDF5Error(
        function: "H5Dread", path: path,
        text: "holds \(type), which cannot be read as \(S.elementType)")
    }
    let parts = partCount(of: rows, bytesPerElement: MemoryLayout<S>.stride)
    try inParts(parts, of: rows, bytesPerElement: MemoryLayout<S>.stride) {
      (part) throws(HDF5Error) in
      // Not collective: where ranks want the same rows, Open MPI 4.1.4's own MPI-IO then gives
      // some of them zeros (its components vulcan, dynamic and dynamic_gen2; seen on 3 ranks).
      try transfer("H5Dread", part, isCollective: false) { memory, file, transfer in
        let start = elements.baseAddress.map {
          $0 + (part.lowerBound - rows.lowerBound) * rowLength
        }
        return H5Dread(handle.id, S.elementType.memoryType, memory, file, transfer, start)
      }
    }
  }

  /// Closes the dataset.
  ///
  /// - Throws: ``HDF5Error``.
  public consuming func close() throws(HDF5Error) {
    let path = path
    try handle.close("H5Dclose", path)
  }

  private func checkExtents(_ count: Int, _ rows: Range<Int>) {
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= rowCount && count == rows.count * rowLength,
      "\(count) elements for the rows \(rows) of \(path), shape \(shape)")
  }
}

extension Dataset {
  /// How many rows of a dataset one call to HDF5 gets.
  private func partLength(bytesPerElement: Int) -> Int {
    max(1, partBytes / max(1, rowLength * bytesPerElement))
  }

  private func partCount(of rows: Range<Int>, bytesPerElement: Int) -> Int {
    let length = partLength(bytesPerElement: bytesPerElement)
    return (rows.count + length - 1) / length
  }

  /// The largest number of parts that a rank needs, so that all make as many collective calls.
  private func agreed(_ count: Int) throws(HDF5Error) -> Int {
    guard let communicator else { return count }
    do throws(MPIError) {
      return Int(try communicator.allReduce(Int64(count), .maximum))
    } catch {
      throw HDF5Error(error, path: path)
    }
  }

  /// Cuts a range of rows; the last parts are empty where fewer would do.
  private func inParts(
    _ count: Int, of rows: Range<Int>, bytesPerElement: Int,
    _ body: (Range<Int>) throws(HDF5Error) -> Void
  ) throws(HDF5Error) {
    let length = partLength(bytesPerElement: bytesPerElement)
    for part in 0..<count {
      let start = min(rows.upperBound, rows.lowerBound + part * length)
      try body(start..<min(rows.upperBound, start + length))
    }
  }

  /// Calls HDF5 with the dataspaces in memory and in the file, and the transfer properties.
  private func transfer(
    _ function: StaticString, _ rows: Range<Int>, isCollective: Bool,
    _ body: (hid_t, hid_t, hid_t) -> herr_t
  ) throws(HDF5Error) {
    let file = try Handle("H5Dget_space", path, release: H5Sclose) { H5Dget_space(handle.id) }
    try select(rows, in: file.id)
    let memory = try Handle("H5Screate_simple", path, release: H5Sclose) {
      H5Screate_simple(1, [hsize_t(max(1, rows.count * rowLength))], nil)
    }
    if rows.isEmpty || rowLength == 0 {
      try call("H5Sselect_none", path) { H5Sselect_none(memory.id) }
    }
    let properties = try Handle("H5Pcreate", path, release: H5Pclose) {
      H5Pcreate(H5P_DATASET_XFER)
    }
    if isCollective {
      try call("H5Pset_dxpl_mpio", path) {
        H5Pset_dxpl_mpio(properties.id, H5FD_MPIO_COLLECTIVE)
      }
    }
    try call(function, path) { body(memory.id, file.id, properties.id) }
  }

  private func select(_ rows: Range<Int>, in space: hid_t) throws(HDF5Error) {
    if rows.isEmpty || rowLength == 0 {
      try call("H5Sselect_none", path) { H5Sselect_none(space) }
    } else if !shape.isEmpty {
      var start = [hsize_t](repeating: 0, count: shape.count)
      var count = shape.map { hsize_t($0) }
      start[0] = hsize_t(rows.lowerBound)
      count[0] = hsize_t(rows.count)
      try call("H5Sselect_hyperslab", path) {
        H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nil, count, nil)
      }
    }
  }
}
