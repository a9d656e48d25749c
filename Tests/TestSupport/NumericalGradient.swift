/// Returns ∂f/∂x for each element of `x`, by central differences.
///
/// Each element moves by ±h, h = `step`·max(1, |x|), and gets its value back afterwards. The
/// difference is divided by the distance that the two `Float` values really have. The result is
/// off by about h²·|f‴|/6 and by the rounding of `function` over h.
///
/// - Parameters:
///   - x: What the function reads.
///   - indices: The elements to differentiate by; all where `nil`.
///   - step: h for elements of at most 1.
///   - function: f, summed in `Double`, and the same for the same `x`: noise must be fixed.
/// - Returns: One derivative for each of `indices`, in their order.
public func numericalGradient(
  by x: UnsafeMutableBufferPointer<Float>, at indices: [Int]? = nil, step: Float = 1e-2,
  of function: () throws -> Double
) rethrows -> [Double] {
  try (indices ?? Array(x.indices)).map { index in
    let middle = x[index]
    defer { x[index] = middle }
    let distance = step * max(1, abs(middle))
    let (above, below) = (middle + distance, middle - distance)
    x[index] = above
    let upper = try function()
    x[index] = below
    let lower = try function()
    return (upper - lower) / (Double(above) - Double(below))
  }
}
