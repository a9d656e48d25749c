import HDF5
import TestSupport
import Testing

struct AttributeTests {
  @Test(arguments: [
    AttributeValue.integer(.min), .integer(7), .real(0.1), .real(.infinity), .text(""),
    .text("Fisch 🐟 und\nZeile"),
  ])
  func valueComesBack(value: AttributeValue) throws { try check(value) }

  /// An attribute in the object header ends at 64 KiB; a resolved configuration may not.
  @Test func longTextComesBack() throws {
    try check(.text(String(repeating: "ä", count: 100_000)))
  }

  private func check(_ value: AttributeValue) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/attributes.h5"
      let file = try File.create(path, on: nil)
      try file.createGroup("/group")
      for object in ["/", "/group"] {
        try file.setAttribute("value", of: object, to: .integer(1))
        try file.setAttribute("value", of: object, to: value)
      }
      try file.close()
      let again = try File.open(path, on: nil)
      #expect(try again.attribute("value", of: "/") == value)
      #expect(try again.attribute("value", of: "/group") == value)
      try again.close()
    }
  }

  @Test func missingAttributeIsNamed() throws {
    try withTemporaryFolder { folder in
      let file = try File.create("\(folder)/attributes.h5", on: nil)
      let error = try #require(throws: HDF5Error.self) {
        _ = try file.attribute("seed", of: "/")
      }
      #expect(error.path == "\(folder)/attributes.h5:/@seed")
      try file.close()
    }
  }
}
