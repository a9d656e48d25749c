import Reporting
import Testing

@Suite struct DataTableTests {
  @Test func aRowsNameLeadsToItsLink() {
    let html = DataTable(
      "Trials", headers: ["Trial", "nelbo"], rows: [["0", "1"], ["1", "2"]],
      links: ["0/a\"b.html", nil]
    ).markup.html
    #expect(html.contains("<th scope=\"row\"><a href=\"0/a&quot;b.html\">0</a></th>"))
    #expect(html.contains("<th scope=\"row\">1</th>"))
  }
}
