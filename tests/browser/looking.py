"""Looking at a page as people and axe-core do: its rules, what is cut off or too wide, fingers, labels.

Each language is looked at on one width by axe-core, as its rules hold for a page whatever its words are: Dutch on a screen,
English on a phone. Whether words fit is looked at in Dutch, whose words are the longer ones, on every width.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from tests.browser.conftest import HEIGHT, NARROW, NARROWEST, WIDE

AXE = (Path(__file__).parent / "vendor/axe-core-4.14.1/axe.min.js").read_text(encoding="utf-8")
AXE_AT = {"nl": WIDE, "en": NARROW}
WIDTHS = (WIDE, NARROW, NARROWEST)
OPEN_ALL = "document.querySelectorAll('details').forEach((fold) => { fold.open = true; })"

# All rules of axe-core, the best practices and those off by default too, but for one: AAA contrast (7:1), which the
# colours of the themes don't have. AA (4.5:1) they do, and the rule for that is on.
RULES_LEFT_OUT = ("color-contrast-enhanced",)

RUN_AXE = """async ({ without, preload }) => {
  const rules = {};
  for (const { ruleId, tags } of axe.getRules()) {
    if (!tags.includes("deprecated")) rules[ruleId] = { enabled: !without.includes(ruleId) };
  }
  const found = await axe.run(document, { rules, preload, resultTypes: ["violations"] });
  return {
    ran: found.passes.length,
    violations: found.violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} (${help}) at ${target.join(" ")}: ${failureSummary}`)),
  };
}"""

TOO_WIDE = """() => {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  const wide = [...document.querySelectorAll("body *")].filter((node) => node.getBoundingClientRect().right > innerWidth + 1);
  return wide.slice(0, 5).map((node) => node.outerHTML.slice(0, 160)).concat("wider than the screen");
}"""

# Text that its box cuts off. What is only for screen readers, and a region that scrolls by itself, is meant so.
CUT_OFF = """() => [...document.querySelectorAll("body, body *")].filter((node) => {
  const style = getComputedStyle(node);
  if (!node.checkVisibility() || node.closest(".sr, svg, [role=region]") || node.tagName === "INPUT") return false;
  const cuts = (value) => value === "hidden" || value === "clip";
  return (cuts(style.overflowX) && node.scrollWidth > node.clientWidth + 1)
    || (cuts(style.overflowY) && node.scrollHeight > node.clientHeight + 1)
    || style.webkitLineClamp !== "none";
}).map((node) => node.outerHTML.slice(0, 160))"""

# A box that its text has outgrown. Letters may stick out a little where lines stand close, as in headings.
OUTGROWN = """() => {
  const outgrown = [...document.querySelectorAll("body *")].filter((node) => {
    const { display, fontSize } = getComputedStyle(node);
    if (!node.checkVisibility() || node.closest(".sr, svg, input, [role=region]") || display === "inline") return false;
    const some = 0.4 * parseFloat(fontSize);
    return node.scrollHeight > node.clientHeight + some || node.scrollWidth > node.clientWidth + some;
  });
  return outgrown.filter((node) => !outgrown.some((other) => node !== other && node.contains(other)))
    .map((node) => node.outerHTML.slice(0, 160));
}"""

SMALL_TARGETS = """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), summary, [tabindex='0']")]
  .filter((node) => {
    if (!node.checkVisibility() || node.closest(".sr") || node.matches(".utrecht-skip-link")) return false;
    const target = node.labels?.[0]?.contains(node) ? node.labels[0] : node;
    if (getComputedStyle(target).display === "inline") {
      let block = target.parentElement;
      while (getComputedStyle(block).display === "inline") block = block.parentElement;
      if (block.innerText.trim() !== target.innerText.trim()) return false;  // a link in a sentence
    }
    const { width, height } = target.getBoundingClientRect();
    return width < 24 || height < 24;
  })
  .map((node) => {
    const { width, height } = node.getBoundingClientRect();
    return `${width.toFixed(1)} x ${height.toFixed(1)}: ${node.outerHTML.slice(0, 160)}`;
  })"""

# axe-core is content with a placeholder, but that is gone as soon as somebody types.
UNLABELLED = """() => [...document.querySelectorAll("input:not([type=hidden])")]
  .filter((node) => ![...node.labels].some((label) => label.innerText.trim()))
  .map((node) => node.outerHTML.slice(0, 160))"""

LOOKS = {
    "too wide": TOO_WIDE,
    "cut off": CUT_OFF,
    "outgrown": OUTGROWN,
    "small target": SMALL_TARGETS,
    "no label": UNLABELLED,
}


def axe(page: Page, *, styles: bool = False) -> list[str]:
    """Return what axe-core finds; `styles`: whether it fetches the style sheets too, for its rule on turned screens."""
    found = page.evaluate(RUN_AXE, {"without": RULES_LEFT_OUT, "preload": styles})
    assert found["ran"] > 20, "axe-core has not looked at the page"
    return list(found["violations"])


def look(page: Page, name: str) -> list[str]:
    """Return what is wrong with the page that stands open, with all its folds open; `name` says which one it is."""
    language = page.locator("html").get_attribute("lang") or ""
    page.evaluate(OPEN_ALL)
    page.evaluate(AXE)
    page.set_viewport_size({"width": AXE_AT[language], "height": HEIGHT})
    problems = [f"{name} {language}: {line}" for line in axe(page)]
    for width in WIDTHS if language == "nl" else ():
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for what, script in LOOKS.items():
            # A text field may scroll by itself.
            found = [line for line in page.evaluate(script) if not line.lower().startswith("<textarea")]
            problems += [f"{name} {width} {what}: {line}" for line in found]
    page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    return problems


def visited(page: Page, *paths: str) -> list[str]:
    """Return what is wrong with these pages."""
    problems = []
    for path in paths:
        page.goto(path)
        problems += look(page, path)
    return problems


def check(page: Page, name: str) -> None:
    """Assert that nothing is wrong with the page that stands open."""
    problems = look(page, name)
    assert not problems, "\n".join(problems)
