extension Double {
  /// Whether charts show the number: sums, differences and ratios of such numbers are finite.
  ///
  /// A run that diverges, or a damaged log, has greater ones, which would flatten all others
  /// besides.
  var isDrawable: Bool { isFinite && magnitude <= 1e100 }
}
