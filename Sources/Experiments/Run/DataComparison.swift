import Checkpoints
import Datasets

/// The data at hand beside those that a checkpoint was trained on.
struct DataComparison {
  /// How they compare.
  let verdict: DataDigest.Comparison
  /// Both, in words.
  let found: String
  let expected: String

  init(_ data: borrowing PreparedDataset, _ state: CheckpointState) {
    let trained = DataDigest(samples: state.dataDigest, origin: state.dataOrigin)
    verdict = data.digest.compared(to: trained)
    found = "\(data.path) of \(data.digest.text(besides: trained))"
    expected = "data of \(trained.text(besides: data.digest))"
  }

  /// What is to be said of data that are not known to be others, if anything.
  var note: String? {
    switch verdict {
    case .same, .other: nil
    case .sameOrigin:
      "the data were prepared anew from the same originals, but in other bits, as another "
        + "processor gives them: sound, but not the numbers of the run before"
    case .unknown:
      "the checkpoint is of a version that did not say on which data it was trained: not compared"
    }
  }
}
