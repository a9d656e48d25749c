import Foundation
import Testing

@testable import Experiments

/// What messages and reductions cost.
struct NetworkModelTests {
  private func network(latency: Double, perByte: Double, perByteAdded: Double = 0) -> NetworkModel {
    NetworkModel(
      distances: [MessageCost(latency: latency, perByte: perByte)], perByteAdded: perByteAdded)
  }

  @Test func aMessageIsInterpolatedBetweenLengths() {
    let cost = MessageCost(through: [
      MessageCost.Point(bytes: 8, milliseconds: 1), MessageCost.Point(bytes: 16, milliseconds: 2),
      MessageCost.Point(bytes: 116, milliseconds: 7),
    ])
    #expect(cost.milliseconds(0) == 1 && cost.milliseconds(8) == 1)
    #expect(cost.milliseconds(12) == 1.5)
    #expect(cost.milliseconds(16) == 2)
    #expect(cost.milliseconds(66) == 4.5)
    #expect(cost.milliseconds(216) == 12)
    #expect(cost.latency == 1 && cost.perByte == 0.05)
  }

  @Test(arguments: [2, 4, 16, 1024, 4096])
  func aPowerOfTwoCostsWhatThePaperSays(ranks: Int) {
    let model = network(latency: 0.003, perByte: 1e-6, perByteAdded: 3e-7)
    let bytes = 8.0 * 65536
    let share = Double(ranks - 1) / Double(ranks)
    let rounds = 2 * log2(Double(ranks))
    let expected = rounds * 0.003 + 2 * share * bytes * 1e-6 + share * bytes * 3e-7
    let found = model.allReduce(elements: 65536, bytesPerElement: 8, ranks: ranks)
    #expect(abs(found - expected) < 1e-12 * expected)
  }

  @Test func ranksBeyondAPowerOfTwoExchangeBeforeAndAfter() {
    let model = network(latency: 0.003, perByte: 1e-6, perByteAdded: 3e-7)
    let four = model.allReduce(elements: 1000, bytesPerElement: 8, ranks: 4)
    for ranks in 5...7 {
      // Two halves before, one of them added, and the whole vector after.
      let expected = four + 3 * 0.003 + 2 * 8000 * 1e-6 + 4000 * 3e-7
      let found = model.allReduce(elements: 1000, bytesPerElement: 8, ranks: ranks)
      #expect(abs(found - expected) < 1e-12 * expected)
    }
  }

  @Test func aVectorShorterThanTheRanksGoesRound() {
    let model = network(latency: 0.003, perByte: 0)
    let found = model.allReduce(elements: 15, bytesPerElement: 8, ranks: 20)
    #expect(abs(found - 38 * 0.003) < 1e-12)
    let rabenseifner = model.allReduce(elements: 16, bytesPerElement: 8, ranks: 20)
    #expect(abs(rabenseifner - 11 * 0.003) < 1e-12)
  }

  @Test func eachRoundHasTheNetworkOfItsDistance() {
    let model = NetworkModel(
      distances: [
        MessageCost(latency: 1, perByte: 0.125), MessageCost(latency: 10, perByte: 1),
      ], perByteAdded: 0)
    // Halves of 64 bytes to the neighbour, quarters and eighths farther away.
    let found = model.allReduce(elements: 8, bytesPerElement: 8, ranks: 8)
    #expect(abs(found - 2 * (1 + 4 + 10 + 16 + 10 + 8)) < 1e-12)
  }

  @Test func moreLatencyOrLessBandwidthTakesLonger() {
    for ranks in [2, 3, 8, 100, 4096] {
      func time(_ latency: Double, _ perByte: Double) -> Double {
        network(latency: latency, perByte: perByte).allReduce(
          elements: 1000, bytesPerElement: 8, ranks: ranks)
      }
      #expect(time(0.001, 1e-6) < time(0.002, 1e-6))
      #expect(time(0.001, 1e-6) < time(0.001, 2e-6))
    }
  }

  @Test func oneRankSendsNothing() {
    let model = network(latency: 1, perByte: 1, perByteAdded: 1)
    #expect(model.allReduce(elements: 100, bytesPerElement: 8, ranks: 1) == 0)
  }
}
