internal import Foundation
internal import SwiftProtobuf

/// What was measured and drawn at one step, for TensorBoard.
public struct SummaryEvent: Sendable, Equatable {
  /// A number, a picture or a histogram, with a name.
  public struct Value: Sendable, Equatable {
    /// What the value is called; TensorBoard makes groups of what stands before a slash.
    public var tag: String
    /// What TensorBoard says of the tag, as its unit; read from a tag's first value only.
    public var description: String
    /// The value itself.
    public var content: Content

    /// Names a value.
    ///
    /// - Parameters:
    ///   - tag: What the value is called.
    ///   - description: What TensorBoard says of the tag; nothing by default.
    ///   - content: The value itself.
    public init(_ tag: String, description: String = "", _ content: Content) {
      self.tag = tag
      self.description = description
      self.content = content
    }
  }

  /// What a value can be.
  public enum Content: Sendable, Equatable {
    /// A number.
    case scalar(Double)
    /// A picture.
    case image(GrayImage)
    /// How numbers are distributed.
    case histogram(Histogram)
  }

  /// Seconds since 1970.
  public var time: Double
  /// The optimizer's updates so far.
  public var step: Int
  /// The values.
  public var values: [Value]

  /// Collects the values of a step.
  ///
  /// - Parameters:
  ///   - time: Seconds since 1970.
  ///   - step: The optimizer's updates so far.
  ///   - values: The values.
  public init(time: Double, step: Int, values: [Value]) {
    self.time = time
    self.step = step
    self.values = values
  }

  /// The record that begins a file.
  ///
  /// - Parameter time: Seconds since 1970.
  /// - Returns: Its bytes.
  /// - Throws: ``ReportingError``.
  public static func fileVersion(time: Double) throws(ReportingError) -> [UInt8] {
    var event = TensorBoardEvent()
    event.wallTime = time
    event.fileVersion = "brain.Event:2"
    return try record(event)
  }

  /// The step's record.
  ///
  /// - Returns: Its bytes.
  /// - Throws: ``ReportingError`` where a picture, or all of it, is too large.
  public func record() throws(ReportingError) -> [UInt8] {
    var event = TensorBoardEvent()
    event.wallTime = time
    event.step = Int64(step)
    event.summary = TensorBoardSummary()
    for value in values { event.summary.value.append(try value.message()) }
    return try Self.record(event)
  }

  private static func record(_ event: TensorBoardEvent) throws(ReportingError) -> [UInt8] {
    do {
      return EventRecord.framed(try event.serializedBytes())
    } catch {
      throw ReportingError(
        path: "event of step \(event.step)", function: "serializedBytes", reason: "\(error)")
    }
  }
}

extension SummaryEvent.Value {
  fileprivate func message() throws(ReportingError) -> TensorBoardSummary.Value {
    var value = TensorBoardSummary.Value()
    value.tag = tag
    if !description.isEmpty { value.metadata = content.metadata(description: description) }
    switch content {
    case .scalar(let number): value.simpleValue = Float(number)
    case .image(let image): value.image = try image.message()
    case .histogram(let histogram): value.histo = histogram.message
    }
    return value
  }
}

extension SummaryEvent.Content {
  /// TensorBoard takes a description only from metadata that say also which of its parts shows the tag,
  /// and how.
  fileprivate func metadata(description: String) -> TensorBoardSummaryMetadata {
    let (plugin, dataClass): (String, TensorBoardDataClass) =
      switch self {
      case .scalar: ("scalars", .scalar)
      case .image: ("images", .blobSequence)
      case .histogram: ("histograms", .tensor)
      }
    var metadata = TensorBoardSummaryMetadata()
    metadata.pluginData.pluginName = plugin
    metadata.summaryDescription = description
    metadata.dataClass = dataClass
    return metadata
  }
}

extension GrayImage {
  fileprivate func message() throws(ReportingError) -> TensorBoardSummary.Image {
    var message = TensorBoardSummary.Image()
    message.height = Int32(height)
    message.width = Int32(width)
    message.colorspace = 1
    message.encodedImageString = Data(try pngBytes())
    return message
  }
}

extension Histogram {
  fileprivate var message: TensorBoardHistogramProto {
    var message = TensorBoardHistogramProto()
    message.min = smallest
    message.max = largest
    message.num = Double(count)
    message.sum = sum
    message.sumSquares = sumOfSquares
    message.bucketLimit = limits
    message.bucket = counts.map(Double.init)
    return message
  }
}
