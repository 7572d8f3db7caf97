"""What browser somebody signed in with, in two words: that is what we keep of its long name, and enough to know it by."""

from __future__ import annotations

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""What stands in the name a browser gives, and what people call it. Most claim to be Chrome or Safari too."""
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)
BETWEEN = "/"


def device_of(agent: str) -> str:
    """Return what is kept of a browser's name: `Firefox/Windows`, or a part of that, or nothing."""
    found = (_first(agent, BROWSERS), _first(agent, SYSTEMS))
    return BETWEEN.join(found) if any(found) else ""


def browser_and_system(device: str) -> tuple[str, str]:
    """Return the two words of what was kept; each may be empty."""
    browser, _, system = device.partition(BETWEEN)
    return browser, system


def _first(agent: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in names if mark in agent), "")
