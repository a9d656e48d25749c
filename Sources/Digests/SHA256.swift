internal import COpenSSL
internal import Foundation

/// The SHA-256 digest (FIPS 180-4) of bytes that come in pieces.
///
/// OpenSSL computes it, with the processor's own instructions where there are any.
public struct SHA256: ~Copyable {
  private let context: OpaquePointer

  /// Starts with no bytes.
  public init() {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      preconditionFailure("OpenSSL has no memory for SHA-256, or was built without it")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Appends bytes.
  ///
  /// - Parameter bytes: Any number of them.
  public func update(_ bytes: UnsafeRawBufferPointer) {
    let code = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    precondition(code == 1, "EVP_DigestUpdate returned \(code)")
  }

  /// Ends the sequence of bytes.
  ///
  /// - Returns: The digest of all of them, 64 lower-case hexadecimal digits.
  public consuming func finalize() -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    let code = EVP_DigestFinal_ex(context, &digest, nil)
    precondition(code == 1, "EVP_DigestFinal_ex returned \(code)")
    return hexadecimal(digest)
  }

  /// Computes the digest of bytes that are all at hand.
  ///
  /// - Parameter bytes: Any number of them.
  /// - Returns: 64 lower-case hexadecimal digits.
  public static func hex(of bytes: UnsafeRawBufferPointer) -> String {
    let hash = SHA256()
    hash.update(bytes)
    return hash.finalize()
  }

  /// Computes the digest of a text's UTF-8 bytes.
  ///
  /// - Parameter text: Any text.
  /// - Returns: 64 lower-case hexadecimal digits.
  public static func hex(of text: String) -> String {
    Array(text.utf8).withUnsafeBytes { hex(of: $0) }
  }

  /// Computes the digest of a file.
  ///
  /// - Parameter path: The file; any size, as it is read by the mebibyte.
  /// - Returns: 64 lower-case hexadecimal digits.
  /// - Throws: ``DigestError`` where the file cannot be opened or read.
  public static func hexOfFile(_ path: String) throws(DigestError) -> String {
    guard let file = fopen(path, "rb") else {
      throw DigestError(function: "fopen", path: path, code: errno)
    }
    defer { fclose(file) }
    let hash = SHA256()
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { break }
      buffer.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
    if ferror(file) != 0 { throw DigestError(function: "fread", path: path, code: errno) }
    return hash.finalize()
  }
}

private func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  return String(decoding: text, as: UTF8.self)
}
