import Testing

@testable import Reporting

@Suite struct EventRecordTests {
  @Test func aRecordIsLengthCheckPayloadCheck() {
    let payload = Array("event".utf8)
    let record = EventRecord.framed(payload)
    #expect(record.count == 8 + 4 + 5 + 4)
    #expect(Array(record[0..<8]) == [5, 0, 0, 0, 0, 0, 0, 0])
    #expect(number(record[8..<12]) == CRC32C.masked(record[0..<8]))
    #expect(Array(record[12..<17]) == payload)
    #expect(number(record[17..<21]) == CRC32C.masked(payload))
  }

  @Test func recordsAreFoundUpToATearAtAnyByte() {
    let payloads = [Array("first".utf8), [], Array("the third".utf8)]
    let records = payloads.map(EventRecord.framed)
    let bytes = Array(records.joined())
    for length in 0...bytes.count {
      let left = Array(bytes.prefix(length))
      let (ranges, end) = EventRecord.payloads(in: left)
      let whole = (0...3).last { records.prefix($0).joined().count <= length } ?? 0
      #expect(ranges.map { Array(left[$0]) } == Array(payloads.prefix(whole)), "\(length) bytes")
      #expect(end == records.prefix(whole).joined().count, "\(length) bytes")
    }
  }

  @Test func aFlippedBitEndsTheWholeRecords() {
    let first = EventRecord.framed(Array("first".utf8))
    let second = EventRecord.framed(Array("second".utf8))
    for place in second.indices {
      for bit in 0..<8 {
        var damaged = second
        damaged[place] ^= 1 << UInt8(bit)
        let found = EventRecord.payloads(in: first + damaged + first)
        #expect(found.ranges.count == 1 && found.end == first.count, "byte \(place), bit \(bit)")
      }
    }
  }

  private func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
}
