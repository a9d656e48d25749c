import CPNG
import Foundation
import Reporting
import Tensors
import TestSupport
import Testing

@Suite struct PageTests {
  @Test func aPageFetchesNothing() throws {
    let html = try page().html
    // Addresses in texts are escaped and fetch nothing; what fetches is an attribute or a style.
    for start in ["src=\"", "href=\"", "url(", "@import"] {
      for rest in html.components(separatedBy: start).dropFirst() {
        let isOwn = rest.hasPrefix("data:") || rest.hasPrefix("#") || rest.hasPrefix("${image.src}")
        #expect(isOwn, "\(start)\(rest.prefix(40))")
      }
    }
    #expect(!html.contains("<link"))
    #expect(!html.contains("<script src"))
  }

  @Test func aPageIsMadeForPhonesReadersAndTheDark() throws {
    let html = try page().html
    #expect(html.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
    #expect(
      html.contains("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"))
    #expect(html.contains("prefers-color-scheme:dark"))
    #expect(html.contains(":focus-visible"))
    #expect(html.contains("<section id=\"part\" aria-labelledby=\"part-title\">"))
    #expect(!html.contains("id=\"none\""))
  }

  @Test func everyElementOfAMosaicSaysWhatItIs() throws {
    let figure = try mosaic(elements: 512).html
    #expect(figure.components(separatedBy: "<button ").count == 513)
    #expect(figure.contains("aria-label=\"element 511 &lt;\" style=\"--c:31;--r:15\""))
    #expect(figure.contains("--columns:32;--rows:16;--width:543;--height:271"))
    #expect(figure.utf8.count < 500_000)
  }

  @Test func aPictureInAPageIsTheWholePicture() throws {
    var image = GrayImage(width: 5, height: 3, level: 7)
    image[2, 4] = 200
    let picture = try Picture(image)
    let prefix = "data:image/png;base64,"
    #expect(picture.source.hasPrefix(prefix))
    let bytes = try #require(Data(base64Encoded: String(picture.source.dropFirst(prefix.count))))
    try withTemporaryFolder { folder in
      try image.writePNG(to: "\(folder)/same.png")
      #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/same.png")) == bytes)
    }
    let again = try #require(Picture(png: [UInt8](bytes)))
    #expect(again.source == picture.source && again.width == 5 && again.height == 3)
    #expect(Picture(png: Array("no picture at all, but long enough".utf8)) == nil)
  }

  @Test func noiseFitsIntoTheMemoryForItsPNG() throws {
    var image = GrayImage(width: 300, height: 200, level: 0)
    var state: UInt32 = 1
    for row in 0..<200 {
      for column in 0..<300 {
        state = state &* 1_664_525 &+ 1_013_904_223
        image[row, column] = UInt8(state >> 24)
      }
    }
    #expect(try image.pngBytes().count > 60_000)
  }

  private func mosaic(elements: Int) throws -> Markup {
    let storage = AlignedBuffer<Float>(count: 256 * elements, repeating: 0)
    defer { withExtendedLifetime(storage) {} }
    for place in storage.elements.indices { storage.elements[place] = Float(place * 7919 % 1009) }
    let tiles = ImageTiles(
      rowsOf: Matrix(storage.elements, rows: elements, columns: 256), height: 16, width: 16)
    let order = Array(0..<elements)
    return try MosaicFigure(
      "Dictionary", note: "by KL", ImageMosaic.dictionary(tiles, order: order),
      columns: (elements + 15) / 16, texts: order.map { "element \($0) <" }
    ).figure
  }

  private func page() throws -> Page {
    let curve = CurveChart.Curve("loss", [(1, 2), (2, 1)], color: 0)
    return Page(
      title: "a <b> https://example.org", kicker: "report", lead: "x", figures: [("NELBO", "1")],
      sections: [
        Page.Section(
          "Part", anchor: "part",
          [
            try mosaic(elements: 16),
            CurveChart("Loss", unit: "", xLabel: "step", [curve]).figure,
          ]), Page.Section("None", anchor: "none", [.empty]),
      ], footer: "end")
  }
}
