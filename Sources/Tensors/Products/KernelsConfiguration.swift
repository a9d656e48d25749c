/// What computes: the section `kernels` of a configuration.
public struct KernelsConfiguration: Codable, Sendable, Equatable {
  /// Which library makes dense products.
  public var products: Products

  /// A library of dense products, or the choice of one.
  public enum Products: String, Codable, Sendable, CaseIterable {
    /// oneDNN, or OpenBLAS where oneDNN's products are wrong.
    case auto
    /// oneDNN alone.
    case onednn
    /// OpenBLAS alone.
    case openblas

    /// The libraries that are allowed, the best first.
    public var libraries: [ProductLibrary] {
      switch self {
      case .auto: [.onednn, .openblas]
      case .onednn: [.onednn]
      case .openblas: [.openblas]
      }
    }
  }

  /// Describes what computes.
  ///
  /// - Parameter products: Which library makes dense products.
  public init(products: Products) { self.products = products }
}
