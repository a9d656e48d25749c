import Experiments
import Testing

struct JobTimeTests {
  @Test(arguments: [
    ("90", 5400), ("1:30", 90), ("12:00:00", 43_200), ("2-0", 172_800), ("1-12", 129_600),
    ("1-12:30", 131_400), ("1-00:00:30", 86_430), ("0-1", 3600),
  ])
  func isUnderstoodAsSlurmDoes(_ text: String, _ seconds: Int) {
    let time = JobTime(text)
    #expect(time?.seconds == seconds)
    #expect(time?.text == text)
  }

  @Test(arguments: [
    "", "0", "0:00", "-5", "1-", "-", "1:2:3:4", "1-1:2:3:4", "5m", "1.5", " 5", "1--2", "1-2-3",
    "99999999", "٣",
  ])
  func whatIsNoTimeIsRefused(_ text: String) {
    #expect(JobTime(text) == nil)
  }
}
