internal import CHDF5

/// What a path within a file leads to.
public enum ObjectKind: Sendable {
  /// A folder of further objects.
  case group
  /// An array of elements.
  case dataset
  /// Something that Shoal has no use for.
  case other
}

extension File {
  /// Makes a group, and those above it that do not exist; collective.
  ///
  /// - Parameter path: Where; nothing may be there.
  /// - Throws: ``HDF5Error``.
  public func createGroup(_ path: String) throws(HDF5Error) {
    let links = try parentsCreated(for: path)
    let group = try Handle("H5Gcreate2", place(path), release: H5Gclose) {
      H5Gcreate2(handle.id, path, links.id, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
    }
    try group.close("H5Gclose", place(path))
  }

  /// Tells whether a path leads to an object.
  ///
  /// - Parameter path: A path from the root.
  /// - Returns: `false` too where a group on the way is missing.
  /// - Throws: ``HDF5Error`` where the file cannot be read.
  public func contains(_ path: String) throws(HDF5Error) -> Bool {
    var prefix = ""
    for name in path.split(separator: "/") {
      prefix += "/\(name)"
      if try call(
        "H5Lexists", place(path),
        { [prefix] in
          H5Lexists(handle.id, prefix, hid_t(H5P_DEFAULT))
        }) == 0
      {
        return false
      }
    }
    return true
  }

  /// Lists what is directly within a group.
  ///
  /// - Parameter group: A path from the root.
  /// - Returns: The members' names without the group's, in ascending order of their bytes.
  /// - Throws: ``HDF5Error`` where there is no such group.
  public func members(of group: String) throws(HDF5Error) -> [String] {
    var information = H5G_info_t()
    try call("H5Gget_info_by_name", place(group)) {
      H5Gget_info_by_name(handle.id, group, &information, hid_t(H5P_DEFAULT))
    }
    var names: [String] = []
    guard information.nlinks <= hsize_t(File.mostObjects) else {
      throw HDF5Error(
        function: "H5Gget_info_by_name", path: place(group),
        text: "\(information.nlinks) objects, expected at most \(File.mostObjects)")
    }
    for index in 0..<information.nlinks {
      names.append(try member(index, of: group))
    }
    return names
  }

  private func member(_ index: UInt64, of group: String) throws(HDF5Error) -> String {
    func name(into buffer: UnsafeMutablePointer<CChar>?, capacity: Int) -> Int {
      H5Lget_name_by_idx(
        handle.id, group, H5_INDEX_NAME, H5_ITER_INC, index, buffer, capacity, hid_t(H5P_DEFAULT))
    }
    let length = try call("H5Lget_name_by_idx", place(group)) { name(into: nil, capacity: 0) }
    var bytes = [CChar](repeating: 0, count: length + 1)
    try call("H5Lget_name_by_idx", place(group)) { name(into: &bytes, capacity: length + 1) }
    return String(decoding: bytes.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Tells what a path leads to.
  ///
  /// - Parameter path: A path from the root.
  /// - Returns: The kind of the object.
  /// - Throws: ``HDF5Error`` where there is none.
  public func kind(of path: String) throws(HDF5Error) -> ObjectKind {
    let object = try Handle("H5Oopen", place(path), release: H5Oclose) {
      H5Oopen(handle.id, path, hid_t(H5P_DEFAULT))
    }
    var kind = H5I_BADID
    try call("H5Iget_type", place(path)) {
      kind = H5Iget_type(object.id)
      return kind.rawValue
    }
    switch kind {
    case H5I_GROUP: return .group
    case H5I_DATASET: return .dataset
    default: return .other
    }
  }

  /// Lists the datasets within a group and the groups below it.
  ///
  /// Links that lead elsewhere, as to another file, are passed over.
  ///
  /// - Parameter group: A path from the root.
  /// - Returns: Paths from the root, each group's members in ascending order.
  /// - Throws: ``HDF5Error`` where there is no such group, or groups are so deep or so many that
  ///   they must contain themselves.
  public func datasets(within group: String) throws(HDF5Error) -> [String] {
    var paths: [String] = []
    var left = File.mostObjects
    try collect(&paths, within: group, depth: 0, left: &left)
    return paths
  }

  /// Groups within groups, and objects in a file, of which Shoal's have 4 and some thousands.
  private static let deepest = 32
  private static let mostObjects = 1_000_000

  private func collect(
    _ paths: inout [String], within group: String, depth: Int, left: inout Int
  ) throws(HDF5Error) {
    let names = try members(of: group)
    left -= names.count
    guard depth < File.deepest, left >= 0 else {
      throw HDF5Error(
        function: "H5Gget_info_by_name", path: place(group),
        text: "more than \(File.deepest) groups within one another, or \(File.mostObjects) objects")
    }
    for name in names {
      let path = group == "/" ? "/\(name)" : "\(group)/\(name)"
      guard try isWithinTheFile(path) else { continue }
      switch try kind(of: path) {
      case .group: try collect(&paths, within: path, depth: depth + 1, left: &left)
      case .dataset: paths.append(path)
      case .other: break
      }
    }
  }

  /// Whether a path's last link leads to an object itself, and not to a path or another file.
  private func isWithinTheFile(_ path: String) throws(HDF5Error) -> Bool {
    var link = H5L_info_t()
    try call("H5Lget_info", place(path)) {
      H5Lget_info(handle.id, path, &link, hid_t(H5P_DEFAULT))
    }
    return link.type == H5L_TYPE_HARD
  }

  /// Makes a dataset, and the groups above it that do not exist; collective.
  ///
  /// The elements lie in one piece, row-major and little-endian, without filters, as parallel
  /// compression hangs in HDF5 1.10.
  ///
  /// - Parameters:
  ///   - path: Where; nothing may be there.
  ///   - shape: Extents, at least one of them; none negative.
  ///   - type: What the elements are.
  /// - Returns: The dataset, its elements not yet set.
  /// - Throws: ``HDF5Error``.
  public func createDataset(
    _ path: String, shape: [Int], type: ElementType
  ) throws(HDF5Error) -> Dataset {
    precondition(!shape.isEmpty && shape.allSatisfy { $0 >= 0 }, "\(path) has the shape \(shape)")
    let links = try parentsCreated(for: path)
    let space = try Handle("H5Screate_simple", place(path), release: H5Sclose) {
      H5Screate_simple(Int32(shape.count), shape.map { hsize_t($0) }, nil)
    }
    let dataset = try Handle("H5Dcreate2", place(path), release: H5Dclose) {
      H5Dcreate2(
        handle.id, path, type.fileType, space.id, links.id, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
    }
    return Dataset(
      dataset, path: place(path), shape: shape, type: type, communicator: communicator)
  }

  /// Opens a dataset.
  ///
  /// - Parameter path: A path from the root.
  /// - Returns: The dataset, with its shape and type.
  /// - Throws: ``HDF5Error`` where there is none, or where its elements are not numbers that an
  ///   ``ElementType`` can hold.
  public func dataset(_ path: String) throws(HDF5Error) -> Dataset {
    let dataset = try Handle("H5Dopen2", place(path), release: H5Dclose) {
      H5Dopen2(handle.id, path, hid_t(H5P_DEFAULT))
    }
    return try Dataset(opened: dataset, path: place(path), communicator: communicator)
  }

  /// A property list that lets a path's missing groups be made on the way.
  private func parentsCreated(for path: String) throws(HDF5Error) -> Handle {
    let links = try Handle("H5Pcreate", place(path), release: H5Pclose) {
      H5Pcreate(H5P_LINK_CREATE)
    }
    try call("H5Pset_create_intermediate_group", place(path)) {
      H5Pset_create_intermediate_group(links.id, 1)
    }
    return links
  }
}
