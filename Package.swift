// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "shoal",
  products: [
    .executable(name: "shoal", targets: ["shoal"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
  ],
  targets: [
    // Floor 0: C. A target imports only from floors below its own.
    library("COpenMPI", pkgConfig: "ompi-c", apt: "libopenmpi-dev"),
    library("CHDF5", pkgConfig: "hdf5", apt: "libhdf5-openmpi-dev"),
    library("COpenBLAS", pkgConfig: "openblas", apt: "libopenblas-dev"),
    library("CFFTW", pkgConfig: "fftw3f", apt: "libfftw3-dev"),
    library("CPNG", pkgConfig: "libpng", apt: "libpng-dev"),
    library("CArchive", pkgConfig: "libarchive", apt: "libarchive-dev"),
    library("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
    library("COpenSSL", pkgConfig: "libcrypto", apt: "libssl-dev"),
    // No pkg-config file comes with oneDNN; its C hides what differs between versions 2 and 3.
    .target(name: "COneDNN", linkerSettings: [.linkedLibrary("dnnl")]),
    .target(name: "CKernels"),

    // Floor 1: the Swift that speaks to C.
    room("MPI", ["COpenMPI"]),
    room("HDF5", ["CHDF5", "MPI"]),
    room("Digests", ["COpenSSL"]),
    room("Files", []),
    room("Tensors", ["CKernels", "COpenBLAS", "COneDNN", "CFFTW"]),

    // Floor 2
    room("Layers", ["CKernels", "Tensors"]),
    room("Datasets", ["Tensors", "HDF5", "MPI", "Digests", "Files", "CArchive", "CZlib"]),
    room(
      "Reporting", ["Tensors", "CPNG"],
      packages: [.product(name: "SwiftProtobuf", package: "swift-protobuf")],
      exclude: ["TensorBoard/EventMessages.proto"]),
    room("Exchange", ["Files", "CArchive"]),

    // Floor 3: these never import one another.
    room("Models", ["CKernels", "Tensors", "Layers"]),
    room("DataParallel", ["Tensors", "Layers", "MPI"]),
    room("Checkpoints", ["Tensors", "Layers", "HDF5", "MPI", "Digests", "Files"]),

    // Floor 4: neither do these.
    room(
      "Training",
      ["CKernels", "Tensors", "Layers", "MPI", "Models", "DataParallel", "Datasets"]),
    room("Evaluation", ["Tensors", "Layers", "MPI", "Models", "DataParallel", "Datasets"]),

    // Floor 5
    room(
      "Experiments",
      [
        "MPI", "HDF5", "Digests", "Files", "Tensors", "Layers", "Datasets", "Reporting", "Exchange",
        "Models", "DataParallel", "Checkpoints", "Training", "Evaluation",
      ],
      packages: [.product(name: "Yams", package: "Yams")]),

    // Floor 6
    .executableTarget(
      name: "shoal",
      dependencies: [
        "Experiments", "Files", "MPI",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict()),

    // Tests mirror the rooms; what needs several ranks is in ParallelChecks, run by ParallelTests.
    room("TestSupport", ["Tensors", "Layers", "Models"], path: "Tests/TestSupport"),
    tests("TensorsTests", ["Tensors", "CKernels", "TestSupport"]),
    tests("LayersTests", ["Layers", "Tensors", "TestSupport"], hasFixtures: true),
    tests("DigestsTests", ["Digests", "TestSupport"]),
    tests("FilesTests", ["Files", "TestSupport"]),
    tests("HDF5Tests", ["HDF5", "MPI", "TestSupport"]),
    tests(
      "DatasetsTests", ["Datasets", "Tensors", "HDF5", "MPI", "TestSupport"], hasFixtures: true),
    tests(
      "ReportingTests", ["Reporting", "CPNG", "Tensors", "TestSupport"],
      packages: [.product(name: "SwiftProtobuf", package: "swift-protobuf")]),
    tests("ExchangeTests", ["Exchange", "TestSupport"]),
    tests("ModelsTests", ["Models", "Layers", "Tensors", "TestSupport"], hasFixtures: true),
    tests("TrainingTests", ["Training", "Models", "Layers", "Tensors", "TestSupport"]),
    tests("CheckpointsTests", ["Checkpoints", "Layers", "Tensors", "HDF5", "MPI", "TestSupport"]),
    tests(
      "EvaluationTests",
      ["Evaluation", "Models", "Datasets", "Layers", "MPI", "Tensors", "TestSupport"],
      hasFixtures: true),
    tests(
      "ExperimentsTests",
      [
        "Experiments", "Checkpoints", "Datasets", "Evaluation", "Models", "Reporting", "Tensors",
        "Training",
        "TestSupport",
      ], hasFixtures: true),
    .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
    .executableTarget(
      name: "ParallelChecks",
      dependencies: [
        "AllocationCounter", "MPI", "HDF5", "Digests", "Tensors", "Layers", "Datasets", "Models",
        "DataParallel", "Checkpoints", "Training", "Evaluation", "Experiments", "TestSupport",
      ],
      path: "Tests/ParallelChecks", swiftSettings: strict()),
    tests("ParallelTests", ["ParallelChecks", "TestSupport"]),
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "CArchive", "MPI", "HDF5", "Digests", "Tensors", "Layers", "Datasets", "Reporting",
        "Models",
        "Checkpoints", "Experiments", "TestSupport",
      ],
      path: "Tests/Fuzz", swiftSettings: strict()),
    tests("FuzzTests", ["Fuzz", "TestSupport"]),
    tests("ShoalTests", ["shoal", "Tensors", "TestSupport"]),
  ]
)

/// What every Swift target is compiled with.
func strict() -> [SwiftSetting] {
  [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
  ]
}

/// A C library of the system: a module map, and macro constants given back to Swift.
func library(_ name: String, pkgConfig: String, apt: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

/// One room of the house: a folder in Sources and all it may import.
func room(
  _ name: String, _ imports: [String], packages: [Target.Dependency] = [], path: String? = nil,
  exclude: [String] = []
) -> Target {
  .target(
    name: name, dependencies: imports.map { .byName(name: $0) } + packages, path: path,
    exclude: exclude, swiftSettings: strict())
}

/// The tests of one room; golden values and the scripts that made them lie in its folder
/// `Fixtures`.
func tests(
  _ name: String, _ imports: [String], packages: [Target.Dependency] = [],
  hasFixtures: Bool = false
) -> Target {
  .testTarget(
    name: name, dependencies: imports.map { .byName(name: $0) } + packages,
    exclude: hasFixtures ? ["Fixtures"] : [], swiftSettings: strict())
}
