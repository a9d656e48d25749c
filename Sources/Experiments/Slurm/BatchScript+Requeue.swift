extension BatchScript {
  /// Tells the program when Slurm will end the job.
  static let endTime = """
    # A task's own number stands for the whole array where it is the last one.
    job=${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}${SLURM_ARRAY_TASK_ID:+_$SLURM_ARRAY_TASK_ID}
    # Older versions of Slurm do not tell a job when they will end it.
    if [ -z "${SLURM_JOB_END_TIME:-}" ]; then
      end=$(squeue --noheader --jobs="$job" --format=%e)
      end=$(date --date="${end:-unknown}" +%s 2>/dev/null) && export SLURM_JOB_END_TIME="$end"
    fi
    """

  /// Outlives the signal by which Slurm ends a job, which reaches this shell too.
  static let watch = """
    checkpoints() { ls "$run_folder"/checkpoints "$run_folder"/trials/*/checkpoints 2>/dev/null; }
    before=$(checkpoints)
    # Whoever ends the job tells this shell as well, which has to stay until the ranks have saved.
    ended=0
    trap 'ended=$((ended + 1))' TERM
    """

  /// Waits for the ranks, and puts the job back into the queue where they were stopped early.
  static let requeue = """
    # A signal ends the waiting, not the run.
    while
      seen=$ended
      wait "$run"
      status=$?
      [ "$status" -gt 128 ] && [ "$ended" -ne "$seen" ]
    do :; done

    # 75: saved and not finished. 71: a bit changed in a rank's memory. 76: a rank or its node hung.
    # 138 and 143: told to stop before the program listened.
    case $status in 71 | 75 | 76 | 138 | 143) ;; *) exit "$status" ;; esac
    # A job that Slurm is ending is requeued by Slurm where it should be; after scancel it would come
    # back from the dead.
    state=$(squeue --noheader --jobs="$job" --format=%T)
    if [ "$ended" -gt 0 ] || [ "$state" != RUNNING ]; then exit "$status"; fi
    if [ "$(checkpoints)" = "$before" ] && [ "${SLURM_RESTART_COUNT:-0}" -ge 5 ]; then
      echo "not queued again: no new checkpoint, after $SLURM_RESTART_COUNT restarts" >&2
      exit "$status"
    fi
    scontrol requeue "$job" || exit "$status"
    # Slurm ends this shell as it puts the job back; one that ends by itself before looks finished.
    for ((seconds = 0; ended == 0 && seconds < 600; seconds++)); do sleep 1; done
    exit "$status"
    """
}
