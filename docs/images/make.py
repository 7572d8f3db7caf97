"""Make the picture of the README and the share card, from the running product: `make pictures`.

A knowledge base with the sample cases is made in a temporary folder, served on a free port, and photographed in the
system's Chromium.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
SHARE = HERE.parents[1] / "kb" / "static" / "img" / "share.png"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
PORT = 8097


def main() -> None:
    """Write home.png here, and the share card where the pages use it."""
    chromium = os.environ.get("KB_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("No Chromium was found; on Debian: apt install chromium")
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-m", "kb", "start", "--data", data, "--port", str(PORT)]
        server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)  # noqa: S603 - our own command
        try:
            assert server.stderr is not None  # noqa: S101 - it is a pipe
            home = next(found[0] for line in server.stderr if (found := re.search(r"http://\S+/", line)))
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
                page = browser.new_page(viewport={"width": 1280, "height": 860})
                page.goto(home)
                page.screenshot(path=HERE / "home.png")
                page.set_viewport_size({"width": 1200, "height": 630})
                page.goto((HERE / "share.html").as_uri())
                page.screenshot(path=SHARE)
                browser.close()
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
