import Evaluation
import Testing

@Suite struct SparsityTests {
  private func sparsity(_ activities: [Double]) -> Double {
    trevesRolls(
      sum: activities.reduce(0, +), squares: activities.reduce(0) { $0 + $1 * $1 },
      count: activities.count)
  }

  @Test func oneActiveOfManyIsOne() { #expect(abs(sparsity([0, 0, 3, 0]) - 1) < 1e-12) }

  @Test func allEqualIsZero() { #expect(abs(sparsity([2, 2, 2, 2, 2])) < 1e-12) }

  @Test func silenceIsOne() { #expect(sparsity([0, 0, 0]) == 1) }

  @Test func valuesMatchAHandComputation() {
    // (1 − (6²)/(3·14))/(1 − 1/3) = (1 − 6/7)·1.5
    #expect(abs(sparsity([1, 2, 3]) - 1.5 / 7) < 1e-12)
  }
}
