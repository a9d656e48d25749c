internal import COpenMPI

/// Notices where a rank waits for others that do not come, and says for whom.
///
/// A communicator with a watchdog waits for its collectives in small pieces. When one makes no
/// progress for ``timeout``, this rank and all others that wait tell each other where they are; a
/// rank that does not answer is the one that all wait for. Operations that cannot be waited for in
/// pieces, as those of MPI-IO, run under ``guarding(_:onExpiry:_:)``.
public final class Watchdog {
  // A class because whoever trains tells it where the run stands, and each copy of the
  // communicator reads that.

  /// How long an operation may stand still; zero for ever.
  public var timeout: Duration
  /// The last step that was begun, for reports.
  public var step = 0
  /// What the ranks are about, for reports.
  public var activity: StaticString = "start"

  /// The ranks that did not answer when this one had waited too long; `nil` where it never had.
  public private(set) var silentRanks: [Int]?

  private let rank: Int
  private let size: Int
  private let rollCall: RollCall
  private let blockingGuard = BlockingGuard()
  private var isGuarding = false

  /// Watches over a communicator; collective.
  init(over handle: MPI_Comm, rank: Int, size: Int, timeout: Duration) throws(MPIError) {
    self.rank = rank
    self.size = size
    self.timeout = timeout
    rollCall = try RollCall(over: handle, size: size)
  }

  /// Runs what takes others longer than a step, such as the writing of a large file by one rank.
  ///
  /// - Parameters:
  ///   - extra: What is added to ``timeout`` meanwhile.
  ///   - body: Waits.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws.
  public func allowing<Value: ~Copyable, Failure: Error>(
    _ extra: Duration, _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let usual = timeout
    if usual > .zero { timeout += extra }
    defer { timeout = usual }
    return try body()
  }

  /// Runs what stands still inside a library if another rank does not take part.
  ///
  /// Nothing can call such an operation back, so when it takes longer than ``timeout`` a thread of
  /// its own says so and ends this process, and with it the job.
  ///
  /// - Parameters:
  ///   - operation: What is done, as in "writing step-00001000.h5".
  ///   - onExpiry: Runs before the end, on another thread and for a few seconds at most; what it finds
  ///     out is said.
  ///   - body: Does it.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws.
  public func guarding<Value: ~Copyable, Failure: Error>(
    _ operation: String, onExpiry: @escaping @Sendable () -> String? = { nil },
    _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    isGuarding = timeout > .zero
    if isGuarding {
      blockingGuard.enter(
        "rank \(rank): \(place), \(operation)", timeout: timeout, onExpiry: onExpiry)
    }
    defer {
      blockingGuard.leave()
      isGuarding = false
    }
    return try body()
  }

  /// Waits for an operation that was started.
  ///
  /// - Throws: ``MPIError``, with ``MPIError/isStall`` if it makes no progress; other ranks that
  ///   wait throw it too.
  func wait(for request: inout MPI_Request?, _ function: StaticString) throws(MPIError) {
    var done: Int32 = 0
    // Nearly every operation is complete within these, and no clock was read.
    for _ in 0..<1000 {
      try check(function, MPI_Test(&request, &done, MPI_STATUS_IGNORE))
      if done != 0 { return }
    }
    var patience = Patience(timeout)
    while true {
      for _ in 0..<100 where done == 0 {
        try check(function, MPI_Test(&request, &done, MPI_STATUS_IGNORE))
      }
      if done != 0 { return }
      // Within what is guarded the thread decides, as for ranks that are inside the library.
      if isGuarding { continue }
      // Another rank's patience may end first: its call is answered at once, and is this one's too.
      let isCalled = try rollCall.isCalled()
      if isCalled || patience.hasEnded() { throw try stall(in: function) }
    }
  }

  /// Gives back the channel of calls; collective.
  func close() throws(MPIError) { try rollCall.close() }

  private var place: String { "step \(step), \(activity)" }

  /// Asks all ranks where they are.
  private func stall(in function: StaticString) throws(MPIError) -> MPIError {
    let answers = try rollCall.answers("\(place), \(function)")
    let silent = (0..<size).filter { $0 != rank && answers[$0] == nil }
    silentRanks = silent
    // Only a rank that stood still itself finds everybody there: the others may have given it up.
    if silent.isEmpty { wasAbsent = true }
    let heard = answers.sorted { $0.key < $1.key }.map { "rank \($0.key) is at \($0.value)" }
    let missing =
      silent.isEmpty
      ? "every rank answers, so it was this one that stood still"
      : "nothing is heard from rank\(silent.count == 1 ? "" : "s") "
        + silent.map(String.init).joined(separator: ", ")
    return MPIError(
      function: "\(function)", code: MPI_ERR_OTHER,
      text: "no progress for \(timeout.wholeSeconds) s at \(place): "
        + ([missing] + heard).joined(separator: "; "), silentRanks: silent)
  }
}

/// Waits so long, in time that this process was awake.
///
/// A job that was suspended, or a laptop that slept, has not waited for anybody meanwhile.
struct Patience {
  private let timeout: Duration
  private var last = SuspendingClock.now
  private var waited = Duration.zero

  init(_ timeout: Duration) { self.timeout = timeout }

  /// Whether the time is over; to be asked again and again.
  mutating func hasEnded() -> Bool {
    let now = SuspendingClock.now
    waited += min(now - last, .seconds(1))
    last = now
    return timeout > .zero && waited >= timeout
  }
}

extension Duration {
  var wholeSeconds: Int64 { components.seconds }
}

/// Whether the other ranks have waited for this one in vain; set and read on the main thread only.
nonisolated(unsafe) var wasAbsent = false
