extension DatasetName {
  /// Rows and columns of the data set's images as models get them.
  public var imageSide: Int {
    self == .mnist || self == .fashionMNIST ? 28 : 16
  }
}
