import CPNG
import Foundation
import SwiftProtobuf
import Testing

@testable import Reporting

@Suite struct SummaryEventTests {
  @Test func valuesComeBackFromTheirRecord() throws {
    let histogram = Histogram(of: [1, 2, 2, 4])
    let event = SummaryEvent(
      time: 12.5, step: 7,
      values: [
        .init("a/loss", description: "nats", .scalar(0.1)), .init("a/kl", .histogram(histogram)),
      ])
    let message = try message(event.record())
    #expect(message.wallTime == 12.5 && message.step == 7)
    let values = message.summary.value
    #expect(values.map(\.tag) == ["a/loss", "a/kl"])
    #expect(values[0].simpleValue == 0.1)
    let metadata = values[0].metadata
    #expect(metadata.summaryDescription == "nats" && metadata.pluginData.pluginName == "scalars")
    #expect(metadata.dataClass == .scalar && !values[1].hasMetadata)
    let histo = values[1].histo
    #expect(histo.num == 4 && histo.sum == 9 && histo.sumSquares == 25)
    #expect(histo.min == 1 && histo.max == 4)
    #expect(histo.bucketLimit == histogram.limits && histo.bucket.reduce(0, +) == 4)
  }

  @Test func fieldsHaveTensorFlowsNumbers() throws {
    let record = try SummaryEvent(time: 1, step: 2, values: [.init("t", .scalar(1))]).record()
    // wall_time is field 1 of 8 bytes, step field 2, summary field 5, its value field 1, tag field 1,
    // simple_value field 2 of 4 bytes.
    let payload: [UInt8] =
      [0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0x10, 2, 0x2A, 10, 0x0A, 8]
      + [0x0A, 1, 0x74, 0x15, 0, 0, 0x80, 0x3F]
    #expect(record == EventRecord.framed(payload))
    let version = try SummaryEvent.fileVersion(time: 0)
    #expect(version == EventRecord.framed([0x1A, 13] + Array("brain.Event:2".utf8)))
  }

  @Test func picturesAreWholePNGFiles() throws {
    var image = GrayImage(width: 5, height: 3, level: 200)
    image[2, 4] = 7
    let event = SummaryEvent(time: 0, step: 1, values: [.init("p", .image(image))])
    let stored = try message(event.record()).summary.value[0].image
    #expect(stored.width == 5 && stored.height == 3 && stored.colorspace == 1)
    #expect(try decoded(stored.encodedImageString) == image.pixels)
  }

  @Test func aPictureThatCannotBeMadeSmallerFits() throws {
    var (image, state) = (GrayImage(width: 301, height: 203, level: 0), UInt32(1))
    for row in 0..<203 {
      for column in 0..<301 {
        state = state &* 1_664_525 &+ 1_013_904_223
        image[row, column] = UInt8(state >> 24)
      }
    }
    let bytes = try image.pngBytes()
    #expect(bytes.count > 301 * 203)
    #expect(try decoded(Data(bytes)) == image.pixels)
  }

  @Test func aFilesLastStepsAreThoseOfEachTag() throws {
    func record(_ step: Int, _ tags: String...) throws -> [UInt8] {
      try SummaryEvent(time: 0, step: step, values: tags.map { .init($0, .scalar(0)) }).record()
    }
    let bytes =
      try SummaryEvent.fileVersion(time: 0) + record(1, "a") + record(4, "a", "b") + record(6, "a")
    let contents = EventFileContents(of: bytes + [1, 2, 3])
    #expect(contents.lastSteps == ["a": 6, "b": 4])
    #expect(contents.wholeBytes == bytes.count)
    #expect(EventFileContents(of: []) == EventFileContents(of: [0]))
  }

  private func message(_ record: [UInt8]) throws -> TensorBoardEvent {
    let (ranges, end) = EventRecord.payloads(in: record)
    #expect(end == record.count)
    return try TensorBoardEvent(serializedBytes: Array(record[#require(ranges.first)]))
  }

  /// The gray levels of a PNG file.
  private func decoded(_ file: Data) throws -> [UInt8] {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    var pixels: [UInt8] = []
    let isRead = file.withUnsafeBytes { bytes in
      guard png_image_begin_read_from_memory(&image, bytes.baseAddress, bytes.count) != 0
      else { return false }
      image.format = UInt32(PNG_FORMAT_GRAY)
      pixels = [UInt8](repeating: 0, count: Int(image.width * image.height))
      return png_image_finish_read(&image, nil, &pixels, 0, nil) != 0
    }
    #expect(isRead)
    return pixels
  }
}
