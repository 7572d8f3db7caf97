"""Going through a page with the Tab key, as somebody does who sees the page and has no mouse."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

MOST_STOPS = 80

LOOK = """(target) => {
  const at = document.activeElement;
  if (!at || at === document.body || at === document.documentElement) return "the focus is nowhere";
  const say = (problem) => `${problem}: ${at.outerHTML.slice(0, 160)}`;
  const box = at.getClientRects()[0];
  if (!box || box.width < 2 || box.height < 2) return say("the focus is on something without size");
  const [x, y] = [box.x + box.width / 2, box.y + Math.min(box.height, innerHeight - Math.max(box.y, 0)) / 2];
  if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return say("the focus is off the screen");
  const hit = document.elementFromPoint(x, y);
  if (!hit || !(at.contains(hit) || hit.contains(at))) return say("something covers the focus");
  const style = getComputedStyle(at);
  const [red, green, blue, alpha = 1] = style.outlineColor.match(/[\\d.]+/g).map(Number);
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2 || alpha < 0.5) {
    return say("the focus can't be seen");
  }
  return at === target ? "there" : "";
}"""


def check_focus(page: Page, target: Locator | None = None) -> bool:
    """Fail unless something on the screen has the focus and shows it; say whether it is the target."""
    answer = page.evaluate(LOOK, target and target.element_handle())
    assert answer in {"", "there"}, answer
    return bool(answer)


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until this element has the focus; fail when the focus is lost or can't be seen on the way."""
    node = target.element_handle()
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        answer = page.evaluate(LOOK, node)
        assert answer in {"", "there"}, answer
        if answer:
            return
    raise AssertionError(f"{MOST_STOPS} times Tab does not lead to {target}")
