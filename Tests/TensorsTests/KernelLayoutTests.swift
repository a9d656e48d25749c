import CKernels
import Tensors
import TestSupport
import Testing

/// How kernels of convolutions come to a library's layout and back.
@Suite struct KernelLayoutTests {
  struct Layout: CustomTestStringConvertible, Sendable {
    let outputs: Int
    let inputs: Int
    let positions: Int
    let outputBlock: Int
    let inputBlock: Int
    let isOutputInner: Bool

    var testDescription: String {
      "[\(outputs), \(inputs), \(positions)] by \(outputBlock) and \(inputBlock), "
        + (isOutputInner ? "outputs" : "inputs") + " inside"
    }

    /// Blocks of outputs, then of inputs, then positions, then the values of a block.
    var description: shoal_kernel_layout {
      let inputBlocks = (inputs + inputBlock - 1) / inputBlock
      let block = outputBlock * inputBlock
      return shoal_kernel_layout(
        outputs: outputs, inputs: inputs, positions: positions,
        output: shoal_blocked_extent(
          block: outputBlock, outer: inputBlocks * positions * block,
          inner: isOutputInner ? 1 : inputBlock),
        input: shoal_blocked_extent(
          block: inputBlock, outer: positions * block, inner: isOutputInner ? outputBlock : 1),
        position: Int(block))
    }

    var blockedCount: Int {
      (outputs + outputBlock - 1) / outputBlock * description.output.outer
    }

    func place(_ o: Int, _ i: Int, _ p: Int) -> Int {
      let d = description
      return o / outputBlock * d.output.outer + o % outputBlock * d.output.inner
        + i / inputBlock * d.input.outer + i % inputBlock * d.input.inner + p * Int(d.position)
    }
  }

  static let layouts: [Layout] = [1, 4, 9, 16, 25].flatMap { positions in
    [(16, 16), (32, 48), (64, 32), (17, 16), (16, 5), (8, 24), (1, 16), (3, 1)].flatMap { sizes in
      [(16, 16), (8, 8), (32, 16), (16, 1), (64, 4)].flatMap { blocks in
        [true, false].map {
          Layout(
            outputs: sizes.0, inputs: sizes.1, positions: positions, outputBlock: blocks.0,
            inputBlock: blocks.1, isOutputInner: $0)
        }
      }
    }
  }

  @Test(arguments: layouts)
  func everyValueGoesToItsPlaceAndBack(_ layout: Layout) {
    let count = layout.outputs * layout.inputs * layout.positions
    let margin = 64
    // What lies around must stay as it is, and so must places that no value has.
    let plain = AlignedBuffer<Float>(count: count + margin, repeating: -1)
    let blocked = AlignedBuffer<Float>(count: layout.blockedCount + margin, repeating: -2)
    for i in 0..<count { plain.elements[i] = Float(i) }
    var expected = Array(blocked.elements)
    for o in 0..<layout.outputs {
      for i in 0..<layout.inputs {
        for p in 0..<layout.positions {
          expected[layout.place(o, i, p)] = Float((o * layout.inputs + i) * layout.positions + p)
        }
      }
    }
    var description = layout.description
    shoal_pack_kernel(&description, plain.elements.baseAddress, blocked.elements.baseAddress)
    #expect(Array(blocked.elements) == expected)
    let back = AlignedBuffer<Float>(count: count + margin, repeating: -1)
    shoal_unpack_kernel(&description, blocked.elements.baseAddress, back.elements.baseAddress)
    #expect(Array(back.elements) == Array(plain.elements))
  }
}
