import Tensors

/// A copy in memory of all that a trainer needs to go back to a step.
public struct TrainerSnapshot {
  /// Where the trainer stood.
  public private(set) var progress: Trainer.Progress
  private let vectors: [AlignedBuffer<Float>]

  /// Copies a trainer's state.
  ///
  /// - Parameter trainer: The trainer.
  public init(of trainer: Trainer) {
    progress = trainer.progress
    vectors = trainer.stateVectors.map { AlignedBuffer(count: $0.elements.count, repeating: 0) }
    take(from: trainer)
  }

  /// Copies a trainer's state once more, into the same memory.
  ///
  /// - Parameter trainer: A trainer of the same model.
  public mutating func take(from trainer: Trainer) {
    progress = trainer.progress
    for (copy, vector) in zip(vectors, trainer.stateVectors) {
      _ = copy.elements.update(fromContentsOf: vector.elements)
    }
  }

  /// Puts a trainer, perhaps on other ranks, where this one was copied.
  ///
  /// - Parameter trainer: A trainer of the same model.
  public func restore(into trainer: Trainer) {
    for (copy, vector) in zip(vectors, trainer.stateVectors) {
      _ = vector.elements.update(fromContentsOf: copy.elements)
    }
    trainer.resume(progress)
  }
}

extension Trainer {
  /// What a step changes beside ``progress``.
  fileprivate var stateVectors: [AlignedBuffer<Float>] {
    [parameters] + optimizer.moments.map(\.values)
  }
}
