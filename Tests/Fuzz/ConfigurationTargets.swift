import Experiments
import MPI

/// Run and sweep files.
let configurationTargets = [
  Target(
    name: "run-yaml", file: "run.yaml", seeds: { _ in texts(runTexts) },
    run: { folder in
      _ = try ResolvedConfiguration(path: "\(folder)/run.yaml")
    }),
  Target(
    name: "sweep-yaml", file: "sweep.yaml", seeds: { _ in texts(sweepTexts) },
    run: { folder in
      let file = try SweepFile.read("\(folder)/sweep.yaml", on: try Communicator.alone())
      _ = try SweepDefinition(file, overrides: []).trialCount
    }),
]

/// Bytes of texts.
func texts(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }

let runTexts = [
  """
  seed: 3
  data:
    name: dead-leaves
    dead_leaves: {images: 5, width: 288, height: 168, largest_radius: 40}
  model: {latents: 32, family: poisson, encoder: linear, decoder: linear}
  training: {batch: 40, epochs: 7, steps: 50, validate_every: 3, log_every: 5, beta: 1.5}
  checkpoints: {interval: 10, keep: 2}

  """,
  """
  profile: paper
  data: {name: mnist, path: "/nowhere", limit_images: null}
  model:
    family: categorical
    latents: 16
    categories: 4
    encoder: mlp
    prior: {trainable: false, clamp: -4.0}
  training:
    method: st
    learning_rate: 1e-3
    learning_rate_schedule: &schedule {warm_up_share: 0.05}
    temperature: {start: 1.0, stop: 0.05}
  reduction: {mode: exact, shards: 4}
  checkpoints: {interval: auto, mtbf_hours: 24}

  """,
]

let sweepTexts = [
  runTexts[0] + """
    sweep:
      axes:
        - {key: training.beta, values: [0.5, 1, 2]}
        - {key: training.learning_rate, log_range: [0.001, 0.01], count: 2}
      seeds: 2

    """,
  runTexts[0] + """
    sweep:
      searcher: tpe
      points: 9
      axes:
        - {key: training.learning_rate, log_uniform: [0.0001, 0.1]}
        - {key: model.latents, integer: [8, 40]}
        - zip: {model.family: [poisson, gaussian], model.latent_function: [none, relu]}
        - {key: training.method, values: [mc, st], when: {model.family: poisson}}
      scheduler: asha
      objective: mse
      on_trial_failure: retry 2
      trial_time: 90s

    """,
]
