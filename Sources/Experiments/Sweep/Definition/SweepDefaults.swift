/// Every single value of the section `sweep` with its default; it also has the lists `axes`, `seeds` and
/// `metrics` (``SweepDefinition``).
let defaultSweep = """
  sweep:
    # File of a run that all trials start from, beside this file; null: this file alone says all.
    base: null
    # Which points: grid, random, sobol or tpe; of the last three how many, and by which seed.
    searcher: grid
    points: null
    seed: 0
    # The metric by which trials are compared, null for NELBO (of sparse coding, the energy); minimize or
    # maximize.
    objective: null
    direction: minimize
    # Which trials end early: none, asha, hyperband or median. A trial is looked at after the first epochs,
    # and again whenever it has come the factor further (of median: as many epochs further).
    scheduler: none
    first_epochs: 1
    factor: 3
    # Of asha: choose the best of every `factor` trials in their order, so that the choice does not depend
    # on who is ready first.
    deterministic: false
    # Ranks that train a trial together.
    ranks_per_trial: 1
    # retry N, skip or abort.
    on_trial_failure: retry 1
    # Longest time of a trial, as for sbatch or in seconds (90s); null: none.
    trial_time: null
    # Seconds without a sign of life after which a group of ranks on another machine counts as lost.
    lease: 900
  """
