/// A reader that must survive whatever it is given.
struct Target: Sendable {
  let name: String
  /// What the file is called; a name may say how it is compressed.
  var file = "input"
  /// Whole inputs that mutations begin with, made in a folder that ``run`` gets too.
  let seeds: @Sendable (String) throws -> [[UInt8]]
  /// Makes checksums right again, so that mutations get beyond them; of every second input.
  var repair: (@Sendable ([UInt8]) -> [UInt8])?
  /// Reads the input, a file of ``file``'s name in the folder; what it throws must know its exit
  /// code.
  let run: @Sendable (String) throws -> Void
}

/// All of them; another reader is added in its room's file and here.
let targets =
  configurationTargets + dataTargets + checkpointTargets + runTargets + sweepTargets
