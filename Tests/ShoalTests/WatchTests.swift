import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct WatchTests {
  @Test func aFinishedRunIsShownOnceWithItsResult() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let run = try small.shoal("train", "small.yaml", "--quiet")
      #expect(run.status == 0, "\(run.output)")
      let watch = try small.shoal("watch", "runs/small", "--once")
      #expect(watch.status == 0)
      let lines = watch.output.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines[0] == "runs/small   poisson <linear|linear>, 32 latents, mc, dead-leaves")
      #expect(lines[1] == "[████████████████████] 100 %  step 50/50  epoch 7/7")
      #expect(lines[3].hasPrefix("finished at step 50: validation "))
      for name in ["training loss", "validation NELBO", "validation MSE", "validation KL"] {
        #expect(watch.output.contains(name))
      }
      #expect(lines.count == 24 && !watch.output.contains("\u{1B}"))
      // On no terminal it ends at once, also without being told, and on several ranks is shown by one.
      let plain = try small.shoal("watch", "runs/small", ranks: 2)
      #expect(plain.status == 0 && plain.output == watch.output)
    }
  }

  @Test func whatIsNoRunIsMissingInput() throws {
    try withTemporaryFolder { folder in
      let watch = try SmallRun(folder).shoal("watch", "runs/none")
      #expect(watch.status == 66)
      #expect(watch.messages == ["shoal: runs/none is no run's folder: there is no such folder"])
    }
  }
}
