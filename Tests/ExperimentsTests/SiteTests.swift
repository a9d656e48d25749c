import Experiments
import TestSupport
import Testing

struct SiteTests {
  private func failure(_ text: String) -> String? {
    do {
      _ = try Site(text, source: "site.yaml")
      return nil
    } catch {
      return error.exitCode == 78 ? error.description : nil
    }
  }

  @Test func everyKeyIsRead() throws {
    let site = try Site(
      """
      partition: batch
      account: fish-2
      qos: long
      modules: [gcc/12, openmpi/4.1]
      launcher: srun --mpi=pmix_v4
      environment: {OMPI_MCA_btl: "tcp,self", COUNT: 3}
      lines:
        - "#SBATCH --constraint=avx512"
        - ulimit -l unlimited
      """, source: "site.yaml")
    #expect(site.partition == "batch" && site.account == "fish-2" && site.qos == "long")
    #expect(site.modules == ["gcc/12", "openmpi/4.1"])
    #expect(site.launcher == "srun --mpi=pmix_v4")
    #expect(site.environment.map(\.name) == ["OMPI_MCA_btl", "COUNT"])
    #expect(site.environment.map(\.value) == ["tcp,self", "3"])
    #expect(site.lines == ["#SBATCH --constraint=avx512", "ulimit -l unlimited"])
  }

  @Test(arguments: ["", "# nothing\n"])
  func anEmptyFileIsAPlainCluster(_ text: String) throws {
    let site = try Site(text, source: "site.yaml")
    #expect(site.launcher == "srun --mpi=pmix" && site.partition == nil && site.lines.isEmpty)
  }

  @Test(arguments: [
    (
      "partition: a\nacount: b", "site.yaml:2: there is no key acount; did you mean account?"
    ),
    (
      "colour: 1",
      "site.yaml:1: there is no key colour; known are partition, account, qos, modules, launcher, "
        + "environment, lines"
    ),
    ("qos:\n", "site.yaml:1: qos is empty; expected one word or line"),
    ("partition: [a, b]", "site.yaml:1: partition is a list; expected one word or line"),
    ("lines: |\n  a\n  b\n", "site.yaml:1: lines is 'a\nb\n'; expected a list"),
    ("modules: [gcc, [a]]", "site.yaml:1: modules is a list; expected a list of words"),
    ("environment: [a]", "site.yaml:1: environment is a list; expected names with values"),
    ("environment: {A-B: 1}", "site.yaml:1: environment is a section; expected names"),
    ("- partition", "site.yaml:1: expected keys with values"),
    ("partition: a\npartition: b", "site.yaml:1: partition is given twice, first here"),
  ])
  func whatIsWrongIsNamedWithItsLine(_ text: String, _ expected: String) {
    #expect(failure(text)?.hasPrefix(expected) == true, "\(failure(text) ?? "no error")")
  }

  @Test func aMissingFileIsMissingInput() throws {
    try withTemporaryFolder { folder in
      do throws(ConfigurationError) {
        _ = try Site.text(of: "\(folder)/none.yaml")
        Issue.record("no error")
      } catch {
        #expect(error.exitCode == 66)
        #expect(error.description == "\(folder)/none.yaml: there is no such site file")
      }
    }
  }
}
