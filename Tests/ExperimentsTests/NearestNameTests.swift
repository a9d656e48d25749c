import Testing

@testable import Experiments

struct NearestNameTests {
  @Test(arguments: [
    ("batch", "batch", 0), ("bacth", "batch", 1), ("batches", "batch", 2), ("", "seed", 4),
    ("seed", "", 4), ("kitten", "sitting", 3), ("ca", "ac", 1),
  ])
  func editDistanceCountsInsertionsRemovalsExchangesAndSwaps(_ a: String, _ b: String, _ n: Int) {
    #expect(editDistance(a, b) == n)
    #expect(editDistance(b, a) == n)
  }

  @Test func nearestNameIsTheOneWithFewestEditsIfThoseAreFew() {
    let names = ["poisson", "gaussian", "laplace"]
    #expect(nearestName(to: "poison", among: names) == "poisson")
    #expect(nearestName(to: "gausian", among: names) == "gaussian")
    #expect(nearestName(to: "bernoulli", among: names) == nil)
    #expect(nearestName(to: "poisson", among: []) == nil)
  }

  @Test func nearestKeyPathLooksAtTheNameInOtherSectionsToo() {
    let paths = [
      "seed", "model.latents", "training.batch", "training.beta_schedule.start",
      "training.temperature.start", "training.learning_rate",
    ]
    #expect(nearestKeyPath(to: "training.learningrate", among: paths) == "training.learning_rate")
    #expect(nearestKeyPath(to: "learning_rate", among: paths) == "training.learning_rate")
    #expect(nearestKeyPath(to: "model.batch", among: paths) == "training.batch")
    #expect(nearestKeyPath(to: "temperature.start", among: paths) == "training.temperature.start")
    #expect(nearestKeyPath(to: "learningrate", among: paths) == "training.learning_rate")
    #expect(nearestKeyPath(to: "colour", among: paths) == nil)
  }
}
