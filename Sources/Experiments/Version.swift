/// The version of the program, as checkpoints and summaries record it.
public let shoalVersion = "0.1.0"
