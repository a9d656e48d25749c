import Reporting
import Testing

@Suite struct MarkupTests {
  @Test func textsBecomeNoMarkup() {
    #expect(
      Markup("<script>alert(\"1\") & 'x'</script>").html
        == "&lt;script&gt;alert(&quot;1&quot;) &amp; &#39;x&#39;&lt;/script&gt;")
    #expect(Markup("β ≤ 1, 面").html == "β ≤ 1, 面")
  }

  @Test func attributesCannotBeLeft() {
    let element = Markup.element("p", [("title", "\" onclick=\"x")], text: "a<b")
    #expect(element.html == "<p title=\"&quot; onclick=&quot;x\">a&lt;b</p>")
  }

  @Test func charactersThatHTMLCannotHoldAreReplaced() {
    #expect(Markup("a\u{0}b\u{1B}c\u{85}d\ne").html == "a\u{FFFD}b\u{FFFD}c\u{FFFD}d\ne")
  }

  @Test func elementsWithoutContentsHaveNoEndTag() {
    #expect(Markup.element("img", [("alt", "x")]).html == "<img alt=\"x\">")
    #expect(Markup.element("p").html == "<p></p>")
  }
}
