/// What a published recipe changes in the defaults, for the runs that it is meant for.
struct ProfileOverlay {
  /// Keys and the values that they may have for the overlay to apply; any value where a key is missing.
  let conditions: [String: Set<String>]
  /// The part of a configuration that is changed.
  let yaml: String

  /// Whether the overlay is meant for a run.
  ///
  /// - Parameter value: Gives the value of a key.
  /// - Returns: Whether all conditions hold.
  func applies(_ value: (String) -> String?) -> Bool {
    conditions.allSatisfy { key, allowed in value(key).map(allowed.contains) ?? false }
  }
}

private let published: Set = ["paper", "2024"]
private let digits: Set = ["mnist", "fashion-mnist"]
private let patches: Set = ["van-hateren", "dead-leaves", "cifar16"]
private let sparseCoding: Set = ["lca", "ista", "fista"]
private let deepDecoders: Set = ["mlp", "mlp+b", "conv", "conv+b"]

/// The recipes, later ones over earlier ones.
///
/// Source: the published code of Vafaii, Galor & Yates in its states of 2024, which made the
/// paper's numbers, and of 2026.
let profileOverlays = [
  ProfileOverlay(
    conditions: ["model.decoder": deepDecoders],
    yaml: """
      model:
        latents: 10
        categories: 10
        initial_scale: 0.1
        prior:
          clamp: -2.0
      training:
        beta_schedule:
          hold: 0.01
      """),
  ProfileOverlay(
    conditions: ["model.family": ["gaussian", "laplace"]],
    yaml: """
      model:
        prior:
          trainable: false
      training:
        temperature:
          stop: 1.0
          anneal: 0.0
      """),
  ProfileOverlay(
    conditions: ["model.family": ["categorical"]],
    yaml: """
      model:
        latents: 1
        prior:
          trainable: false
      training:
        temperature:
          stop: 0.1
      """),
  ProfileOverlay(
    conditions: ["data.name": ["cifar16"]],
    yaml: """
      training:
        epochs: 1500
      """),
  ProfileOverlay(
    conditions: ["profile": published, "data.name": digits],
    yaml: """
      training:
        batch: 200
        epochs: 1200
        learning_rate: 2.0e-3
        weight_decay: 3.0e-4
        gradient_clip: 1000.0
        learning_rate_schedule:
          restarts: 2
      """),
  ProfileOverlay(
    conditions: [
      "profile": published, "data.name": patches, "training.method": ["exact"],
      "model.encoder": ["mlp", "mlp+b"],
    ],
    yaml: """
      training:
        gradient_clip: 2000.0
      """),
  ProfileOverlay(
    conditions: [
      "profile": published, "data.name": digits, "training.method": ["exact"],
      "model.encoder": ["mlp", "mlp+b"],
    ],
    yaml: """
      training:
        gradient_clip: 4000.0
      """),
  ProfileOverlay(
    conditions: ["profile": ["2026"]],
    yaml: """
      model:
        rate_clamp: 5.0
        evaluation_counts: exact
      training:
        learning_rate_schedule:
          warm_up_share: 0.01
      """),
  ProfileOverlay(
    conditions: ["profile": ["2026"], "data.name": patches],
    yaml: """
      training:
        gradient_clip: null
      """),
  ProfileOverlay(
    conditions: ["profile": ["2026"], "data.name": digits],
    yaml: """
      training:
        batch: 100
        epochs: 400
        learning_rate: 2.0e-3
        gradient_clip: 1000.0
      """),
  ProfileOverlay(
    conditions: [
      "profile": ["2026"], "data.name": digits, "training.method": ["exact"],
      "model.encoder": ["mlp", "mlp+b"],
    ],
    yaml: """
      training:
        gradient_clip: 4000.0
      """),
  ProfileOverlay(
    conditions: ["model.family": sparseCoding],
    yaml: """
      model:
        prior:
          trainable: false
      training:
        batch: 1000
        epochs: 100
        learning_rate: 0.01
        weight_decay: 0.0
        gradient_clip: null
        validate_every: 5
        learning_rate_schedule:
          floor: 0.01
          warm_up_epochs: 0
          warm_up_share: null
          restarts: 0
      """),
  ProfileOverlay(
    conditions: ["model.family": ["ista", "fista"]],
    yaml: """
      model:
        sparse_coding:
          threshold: 0.1
          threshold_start: 0.1
          iterations: 900
      training:
        learning_rate: 0.001
        learning_rate_schedule:
          floor: 0.001
      """),
]
