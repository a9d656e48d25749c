internal import Foundation

/// Writes a text to an open file, such as standard output, which may be on a full disk or closed.
///
/// - Parameters:
///   - text: The text.
///   - descriptor: The open file.
/// - Returns: Whether all of it was taken; else `errno` says why not.
@discardableResult
public func writeText(_ text: String, to descriptor: Int32) -> Bool {
  let bytes = Array(text.utf8)
  var done = 0
  while done < bytes.count {
    let count = bytes[done...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count >= 0 {
      done += count
    } else if errno == EAGAIN {
      var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      poll(&state, 1, -1)
    } else if errno != EINTR {
      return false
    }
  }
  return true
}
