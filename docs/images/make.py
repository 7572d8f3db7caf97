"""Make the pictures of the README and the guides, and the share card, from the running product: `make pictures`.

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

from playwright.sync_api import Browser, Page, sync_playwright

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
HOME = f"http://127.0.0.1:{PORT}"
PASSWORD = "negen bomen bij het water"  # noqa: S105 - of people who live for one run
CASE = "/cases/duiven-west"
SESSION = "/events/cop-gebiedsgericht-werken-duiven"


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
            link = next(
                found[0] for line in server.stderr if (found := re.search(r"http://\S+/welcome/\S+", line))
            )
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
                page = browser.new_page(viewport={"width": 1280, "height": 860})
                page.goto(HOME)
                page.screenshot(path=HERE / "home.png")
                guides(browser, link, data)
                page.set_viewport_size({"width": 1200, "height": 630})
                page.goto((HERE / "share.html").as_uri())
                page.screenshot(path=SHARE)
                browser.close()
        finally:
            server.terminate()
            server.wait()


def guides(browser: Browser, link: str, data: str) -> None:
    """Write the pictures of the guides: the administrator's overview, the editor, a review, a session, its board and its harvest."""
    admin = begin(browser, link, "Ans Beheer", "ans@voorbeeld.example")
    command = [sys.executable, "-m", "kb", "user", "add", "emma@voorbeeld.example", "--role", "editor"]
    invited = subprocess.run([*command, "--data", data], capture_output=True, text=True, check=True)  # noqa: S603 - our own command
    editor = begin(browser, HOME + "/welcome/" + invited.stdout.strip().rpartition("/")[2], "Emma Redacteur")
    admin.goto(HOME + "/admin/")
    admin.screenshot(path=HERE / "admin.png")
    admin.goto(HOME + CASE + "/people")
    admin.check("[name=nobody]")
    admin.click("main form button")
    admin.goto(HOME + CASE + "/edit")
    admin.locator("#challenges").scroll_into_view_if_needed()
    admin.evaluate("document.querySelector('#challenges').scrollIntoView()")
    admin.screenshot(path=HERE / "editor.png")
    admin.fill("[name=place]", "Duiven-West en omgeving")
    admin.click("main button[value=save]")
    admin.wait_for_load_state("networkidle")
    admin.goto(HOME + CASE + "/edit")
    admin.click("form[action$='/moves/submit'] button")
    editor.goto(HOME + CASE + "/review")
    form = editor.locator("form:has(input[value=summary])").first
    editor.evaluate(
        "document.querySelectorAll('details:has(input[value=summary])').forEach((one) => one.open = true)"
    )
    form.locator("textarea").fill("Wie maakten het plan: alleen de wijkraad, of ook andere bewoners?")
    form.locator("button").click()
    editor.goto(HOME + CASE + "/review")
    editor.screenshot(path=HERE / "review.png")
    admin.goto(HOME + SESSION)
    admin.screenshot(path=HERE / "session.png")
    admin.goto(HOME + SESSION + "/board")
    admin.screenshot(path=HERE / "board.png")
    admin.goto(HOME + SESSION + "/harvest")
    for box in admin.locator("[name=note]").all()[:2]:
        box.check()
    admin.click("button[value=group]")
    admin.locator("[name=group]").check()
    admin.fill("[name=statement]", "Geef inwoners één vast aanspreekpunt met mandaat.")
    admin.locator("[name=themes]").first.check()
    admin.evaluate("scrollTo(0, 150)")
    admin.screenshot(path=HERE / "harvest.png")


def begin(browser: Browser, link: str, name: str, email: str = "") -> Page:
    """Return a browser in which somebody took up an invitation."""
    page = browser.new_context(viewport={"width": 1280, "height": 860}).new_page()
    page.goto(link)
    page.fill("[name=name]", name)
    if email:
        page.fill("[name=email]", email)
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.click("main form button")
    return page


if __name__ == "__main__":
    main()
