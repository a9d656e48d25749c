import Reporting
import Tensors
import TestSupport
import Testing

@Suite struct ImageMosaicTests {
  @Test func tilesLieInRowsOnePixelApart() {
    let values = AlignedBuffer([0, 1, 2, 3, 10, 20, 30, 40, 5, 5, 5, 5])
    let tiles = ImageTiles(
      rowsOf: Matrix(values.elements, rows: 3, columns: 4), height: 2, width: 2)
    let image = ImageMosaic(tiles, columns: 2, scaling: .eachOnItsOwn).image
    #expect(image.width == 5)
    #expect(image.height == 5)
    #expect(
      image.pixels == [
        0, 85, 255, 0, 85,
        170, 255, 255, 170, 255,
        255, 255, 255, 255, 255,
        128, 128, 255, 255, 255,
        128, 128, 255, 255, 255,
      ])
  }

  @Test func commonRangeSpansAllTiles() {
    let values = AlignedBuffer([0, 10, 30, 51])
    let tiles = ImageTiles(
      rowsOf: Matrix(values.elements, rows: 2, columns: 2), height: 1, width: 2)
    let image = ImageMosaic(tiles, columns: 2, scaling: .commonRange).image
    #expect(image.pixels == [0, 50, 255, 150, 255])
    #expect(ImageMosaic.samples(tiles).image.pixels == image.pixels)
  }

  @Test func numbersThatAreNoneDoNotSpoilTheRange() {
    let values = AlignedBuffer([0, .nan, .infinity, -.infinity, 51, 255])
    let tiles = ImageTiles(
      rowsOf: Matrix(values.elements, rows: 1, columns: 6), height: 1, width: 6)
    let image = ImageMosaic(tiles, columns: 1, scaling: .eachOnItsOwn).image
    #expect(image.pixels == [0, 128, 255, 0, 51, 255])
    values.elements.update(repeating: .nan)
    let empty = ImageMosaic(tiles, columns: 1, scaling: .commonRange).image
    #expect(empty.pixels == [UInt8](repeating: 128, count: 6))
  }

  @Test func rangesWiderThanFloatDoNotOverflow() {
    let largest = Float.greatestFiniteMagnitude
    let values = AlignedBuffer([-largest, 0, largest])
    let tiles = ImageTiles(
      rowsOf: Matrix(values.elements, rows: 1, columns: 3), height: 1, width: 3)
    #expect(ImageMosaic(tiles, columns: 1, scaling: .eachOnItsOwn).image.pixels == [0, 128, 255])
  }

  @Test func dictionaryHasSixteenRowsInTheGivenOrder() {
    // Element k is column k of [2, 33] and shows k's parity: black left or black right.
    let values = AlignedBuffer<Float>(count: 66, repeating: 0)
    for element in 0..<33 { values.elements[33 * (element % 2) + element] = 1 }
    let tiles = ImageTiles(
      columnsOf: Matrix(values.elements, rows: 2, columns: 33), height: 1, width: 2)
    let all = ImageMosaic.dictionary(tiles, order: Array(0..<32)).image
    #expect(all.width == 5)
    #expect(all.height == 31)
    #expect(all.pixels.prefix(5) == [255, 0, 255, 0, 255])
    let odd = ImageMosaic.dictionary(tiles, order: [1, 0, 3]).image
    #expect(odd.width == 2)
    #expect(odd.pixels == [0, 255, 255, 255, 255, 0, 255, 255, 0, 255])
  }

  @Test func reconstructionsHaveTheRangeOfTheirInputs() {
    let inputs = AlignedBuffer([0, 51, 0, 510])
    let outputs = AlignedBuffer([-1, 102, 102, 255])
    let image = ImageMosaic.reconstructions(
      ImageTiles(rowsOf: Matrix(outputs.elements, rows: 2, columns: 2), height: 1, width: 2),
      of: ImageTiles(rowsOf: Matrix(inputs.elements, rows: 2, columns: 2), height: 1, width: 2)
    ).image
    #expect(
      image.pixels == [
        0, 255, 255, 0, 255,
        255, 255, 255, 255, 255,
        0, 255, 255, 51, 128,
      ])
  }

  @Test func samplesFormASquare() {
    let values = AlignedBuffer<Float>(count: 10, repeating: 0)
    let tiles = ImageTiles(
      rowsOf: Matrix(values.elements, rows: 10, columns: 1), height: 1, width: 1)
    #expect(ImageMosaic.samples(tiles).image.width == 7)
    #expect(ImageMosaic.samples(tiles).image.height == 5)
    #expect(ImageMosaic.samples(tiles, columns: 10).image.width == 19)
  }

  @Test func magnificationRepeatsPixels() {
    var image = GrayImage(width: 2, height: 1, level: 7)
    image[0, 1] = 9
    #expect(image.magnified(by: 2).pixels == [7, 7, 9, 9, 7, 7, 9, 9])
    #expect(image.magnified(by: 2).width == 4)
    #expect(image.magnified(by: 1) == image)
  }
}
