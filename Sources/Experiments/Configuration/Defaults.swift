/// Every key of a run's configuration with its default.
///
/// They are the recipe of 2024 for natural images (Vafaii, Galor & Yates, "Poisson Variational
/// Autoencoder", NeurIPS 2024, and its code); profiles change them (`Profiles.swift`). Defaults
/// stand nowhere else.
let defaultConfiguration = """
  # Published recipe to start from: paper (the same as 2024) or 2026.
  profile: paper
  # Seed of all random numbers, from 0 to 4294967295.
  seed: 0

  data:
    # dead-leaves, van-hateren, mnist, fashion-mnist or cifar16.
    name: dead-leaves
    # Folder of the original files; null: where `shoal data list` says.
    path: null
    # How whole images are divided: shuffled, or doves (numbers 1 to 80 and 81 to 101).
    split: shuffled
    # Folder for prepared data; null: beside the run.
    cache: null
    # Whitening filter: published (with its unshifted grid of frequencies) or shifted.
    whitening: published
    # Use only so many images; null: all.
    limit_images: null
    # Images made on the spot, of dead-leaves only: how many, their size and radii in pixels.
    dead_leaves:
      images: 100
      width: 1024
      height: 768
      smallest_radius: 4.0
      largest_radius: 50.0

  model:
    # Law of the latent variables: poisson, gaussian, laplace or categorical; or sparse coding: lca,
    # ista or fista.
    family: poisson
    # How an image becomes posterior parameters, and a code an image: linear (one matrix), mlp or
    # conv; with +b the layer next to the latent variables has a bias.
    encoder: linear
    decoder: linear
    # Number of latent variables.
    latents: 512
    # Categories of each variable, of categorical only.
    categories: 512
    # Applied to samples, of gaussian and laplace only: none, relu, softplus, sigmoid, square,
    # quartic or exp.
    latent_function: none
    # Standard deviation of the initial weights next to the latent variables.
    initial_scale: 0.05
    # Share of hidden units that residual dense layers of mlp and conv drop in training.
    dropout: 0.1
    # Whether the prior is learned; and how the log rates of a Poisson prior start: uniform from -6
    # to the clamp, constant or normal.
    prior:
      trainable: true
      distribution: uniform
      clamp: -4.0
    # Soft upper bound of the log posterior rate, of poisson only.
    rate_clamp: 5.3
    # Soft bound of log scales, of gaussian and laplace only.
    scale_clamp: 5.3
    # Soft indicator of the relaxed count: sigmoid, linear, cubic, quintic or cosine.
    indicator: sigmoid
    # Hold the encoder's output between 0 and 10, so that input only excites; of poisson only.
    excitation_only: false
    # Counts in evaluation: truncated at as many arrivals as training draws, or exact.
    evaluation_counts: truncated
    # Variance in the exact loss of categorical: correct, or published (the fault of the paper's code).
    categorical_variance: correct
    # Of lca, ista and fista only: the weight of the codes' L1 norm, from the start by a step every so
    # many epochs up to the threshold; iterations of an inference and LCA's time constant in
    # iterations; whether each image is brought to mean 0 and variance 1 first.
    sparse_coding:
      threshold: 0.7
      threshold_start: 0.05
      threshold_step: 0.1
      threshold_epochs: 5
      iterations: 1000
      time_constant: 100.0
      normalize_inputs: true

  training:
    # mc (one sample), exact (closed form, linear decoder) or st (straight-through, of poisson and
    # categorical).
    method: mc
    # Samples of a global batch, whatever the number of ranks.
    batch: 1000
    # Passes over the data, over which all schedules run.
    epochs: 3000
    # End after so many steps; schedules stay those of the epochs.
    steps: null
    # Steps over which schedules run; null: those of the epochs.
    schedule_steps: null
    # Final weight of the KL, in the published loss 1.
    beta: 1.0
    # First weight; the shares of all steps in which it is held, and then rises linearly.
    beta_schedule:
      start: 1.0e-4
      hold: 0.0
      anneal: 0.5
    # Temperature of relaxed samples: from, to, in which share of all steps; linear or exponential.
    temperature:
      start: 1.0
      stop: 0.05
      anneal: 0.5
      schedule: linear
    # Largest learning rate.
    learning_rate: 5.0e-3
    # Linear warm-up over epochs, or a share of all steps if not null; then a cosine down to the
    # floor, which goes up and down again as often as there are restarts.
    learning_rate_schedule:
      floor: 1.0e-5
      warm_up_epochs: 5
      warm_up_share: null
      restarts: 0
    # Bound of the gradient's norm, and what it is multiplied by during the warm-up; null: none.
    gradient_clip: 500.0
    warm_up_clip_factor: 3.0
    # Factor of the parameters that is added to the gradient.
    weight_decay: 0.0
    # The optimizer's decay rates and its smallest divisor.
    adamax:
      first_moment: 0.9
      second_moment: 0.999
      epsilon: 1.0e-8
    # When a rank other than 0 is lost: abort, or continue on the others (under mpirun --enable-recovery).
    on_rank_failure: abort
    # Epochs between validations, steps between lines of the log.
    validate_every: 20
    log_every: 10

  reduction:
    # exact: the same bits on any number of ranks; fast: only on the same number.
    mode: exact
    # Parts that data and batches are cut into, at least the number of ranks.
    shards: 4
    # Steps between comparisons of what the ranks hold, which must be the same; 0: only before
    # checkpoints.
    verify_interval: 100
    # Whether sums over ranks begin while gradients are still computed; the bits are the same.
    overlap: true
    # Whether ranks of one machine add in memory that they share; the bits are the same.
    shared_memory: true

  checkpoints:
    # Steps from one checkpoint to the next; or auto, by what one costs and how often the whole job is
    # expected to fail.
    interval: 1000
    mtbf_hours: 24.0
    # How many of the newest are kept beside the best.
    keep: 3

  kernels:
    # Library of the dense products: onednn, openblas, or auto (the former, which is faster, unless its products are
    # wrong on this processor). They differ in the last bits.
    products: auto
  """
