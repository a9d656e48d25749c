internal import CFFTW
internal import Foundation

/// Held while FFTW plans, which it cannot do on two threads at once.
///
/// A run makes its plans on one thread, but tests within one process do not.
private let planner = NSLock()

/// The two-dimensional Fourier transform of real images of one size, and its inverse.
///
/// The memory that it works on belongs to it, because FFTW plans for addresses of a known
/// alignment. Nothing is allocated after the initialiser. Plans are made with `FFTW_ESTIMATE`,
/// which measures nothing and so chooses the same algorithm in every run.
public struct RealFourierTransform: ~Copyable {
  /// The image, shape [height, width], row by row.
  public let samples: AlignedBuffer<Float>
  /// The coefficients, shape [height, width / 2 + 1], each a real and an imaginary part.
  ///
  /// Row i holds the vertical frequency i, in natural order (0 first, negative ones last); column
  /// j the horizontal frequency j. The other half follows from the symmetry of a real image.
  public let spectrum: AlignedBuffer<SIMD2<Float>>
  private let forwardPlan: fftwf_plan
  private let inversePlan: fftwf_plan

  /// Plans both directions and allocates the memory, set to zero.
  ///
  /// - Parameters:
  ///   - height: Number of rows, at least 1.
  ///   - width: Number of columns, at least 1.
  public init(height: Int, width: Int) {
    precondition(
      height > 0 && width > 0 && height <= 1 << 15 && width <= 1 << 15,
      "\(height) x \(width) is not a size from 1 to 32768")
    samples = AlignedBuffer(count: height * width, repeating: 0)
    spectrum = AlignedBuffer(count: height * (width / 2 + 1), repeating: .zero)
    let (rows, columns) = (Int32(height), Int32(width))
    let x = samples.elements.baseAddress
    let coefficients = UnsafeMutableRawPointer(spectrum.elements.baseAddress)?
      .assumingMemoryBound(to: fftwf_complex.self)
    planner.lock()
    defer { planner.unlock() }
    guard
      let forward = fftwf_plan_dft_r2c_2d(rows, columns, x, coefficients, UInt32(FFTW_ESTIMATE)),
      let inverse = fftwf_plan_dft_c2r_2d(rows, columns, coefficients, x, UInt32(FFTW_ESTIMATE))
    else { preconditionFailure("FFTW has no plan for \(height) x \(width)") }
    forwardPlan = forward
    inversePlan = inverse
  }

  deinit {
    planner.lock()
    defer { planner.unlock() }
    fftwf_destroy_plan(forwardPlan)
    fftwf_destroy_plan(inversePlan)
  }

  /// Writes the transform of `samples` into `spectrum`: Σ x·e^(−2πi(…)), without a factor.
  public borrowing func forward() { fftwf_execute(forwardPlan) }

  /// Writes the inverse transform of `spectrum` into `samples`, times height·width.
  ///
  /// The contents of `spectrum` are lost.
  public borrowing func inverse() { fftwf_execute(inversePlan) }
}
