import CKernels
import Foundation
import Tensors
import TestSupport
import Testing

/// The check of products, which must find what is wrong with them; and what passes it.
@Suite(.serialized) struct ProductLibraryTests {
  private static let right: shoal_product = {
    aIsTransposed, bIsTransposed, m, n, k, a, b, keep, c in
    for i in 0..<m {
      for j in 0..<n {
        var sum: Float = 0
        for p in 0..<k {
          let left = a?[aIsTransposed != 0 ? p * m + i : i * k + p] ?? 0
          sum += left * (b?[bIsTransposed != 0 ? j * k + p : p * n + j] ?? 0)
        }
        c?[i * n + j] = keep == 0 ? sum : sum + keep * (c?[i * n + j] ?? 0)
      }
    }
  }

  @Test func plainLoopsPass() {
    #expect(shoal_check_product(Self.right) == 0)
  }

  @Test func aTailThatIsLeftOutIsFound() {
    let wrong: shoal_product = { aIsTransposed, bIsTransposed, m, n, k, a, b, keep, c in
      ProductLibraryTests.right(aIsTransposed, bIsTransposed, m, n, k, a, b, keep, c)
      if m == 17, n == 17, k == 700 { c?[m * n - 1] = 0 }
    }
    #expect(shoal_check_product(wrong) == -1)
  }

  @Test func anEmptySumThatLeavesWhatWasThereIsFound() {
    let wrong: shoal_product = { aIsTransposed, bIsTransposed, m, n, k, a, b, keep, c in
      if k > 0 { ProductLibraryTests.right(aIsTransposed, bIsTransposed, m, n, k, a, b, keep, c) }
    }
    #expect(shoal_check_product(wrong) == -1)
  }

  @Test func anInstructionThatTheProcessorLacksIsFound() {
    let illegal: shoal_product = { _, _, _, _, _, _, _, _, _ in raise(SIGILL) }
    #expect(shoal_check_product(illegal) == SIGILL)
    // Signals are again what they were.
    #expect(shoal_check_product(Self.right) == 0)
  }

  @Test(arguments: ProductLibrary.allCases)
  func librariesAreRight(_ library: ProductLibrary) {
    let before = ProductLibrary.current
    defer { ProductLibrary.current = before }
    #expect(library.fault() == nil)
    #expect(ProductLibrary.current == library)
  }

  /// Every family of kernels that this processor can run, changed to within the process.
  @Test func everyKernelFamilyOfOpenBLASIsRight() {
    let (core, library) = (OpenBLAS.core, ProductLibrary.current)
    defer {
      _ = OpenBLAS.use(core)
      ProductLibrary.current = library
    }
    guard OpenBLAS.use("Nehalem") else {
      return print("skipped: this OpenBLAS has one set of kernels")
    }
    for name in ["Prescott", "Nehalem", "Haswell", "Zen", "SkylakeX"]
    where OpenBLAS.instructions(of: name) <= .ofProcessor {
      #expect(OpenBLAS.use(name) && OpenBLAS.core == name)
      #expect(ProductLibrary.openblas.fault() == nil, "\(name)")
    }
    #expect(!OpenBLAS.use("Bogus"))
    #expect(ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"] == Self.coreVariable)
  }

  private static let coreVariable = ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"]
}
