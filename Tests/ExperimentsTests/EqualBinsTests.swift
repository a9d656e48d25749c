import Testing

@testable import Experiments

struct EqualBinsTests {
  @Test func eachNumberIsInTheBinThatHoldsItAndOthersAreLeftOut() {
    let bins = EqualBins([0, 0.1, 0.5, 1, 1.1, -0.1, .nan, .infinity], range: 0...1, bins: 2)
    #expect(bins.counts == [2, 2])
  }

  /// As the activities of a model whose latents are all dead, on ranks that flush denormals to zero.
  @Test func numbersThatAreAllZeroHaveBinsOfSomeWidth() {
    let bins = EqualBins(fromZero: [0, 0, 0], bins: 4)
    #expect(bins.range == 0...1)
    #expect(bins.counts == [3, 0, 0, 0])
  }
}
