/// Writes a word so that a shell reads it as it is.
///
/// - Parameter word: Any text.
/// - Returns: The word, in single quotes where the shell would see more in it.
func shellWord(_ word: String) -> String {
  let harmless = word.allSatisfy { letter in
    letter.isASCII && (letter.isLetter || letter.isNumber || "_./:=@%+,-".contains(letter))
  }
  if harmless, !word.isEmpty { return word }
  return "'" + word.replacing("'", with: #"'\''"#) + "'"
}
