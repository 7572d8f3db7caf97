"""Where somebody signed in, in two words."""

from __future__ import annotations

import pytest

from kb.accounts.devices import browser_and_system, device_of

AGENTS = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0": (
        "Firefox",
        "Windows",
    ),
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0": (
        "Edge",
        "Windows",
    ),
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36": (
        "Chrome",
        "Linux",
    ),
    "Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36": (
        "Samsung Internet",
        "Android",
    ),
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1": (
        "Safari",
        "iPhone",
    ),
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15": (
        "Safari",
        "Mac",
    ),
    "curl/8.5.0": ("", ""),
    "": ("", ""),
    "<script>alert(1)</script>" * 100: ("", ""),
}


@pytest.mark.parametrize("agent", AGENTS)
def test_two_words_of_it_are_kept(agent: str) -> None:
    assert browser_and_system(device_of(agent)) == AGENTS[agent]
    assert len(device_of(agent)) < 50
