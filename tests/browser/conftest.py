"""A real Chromium that reads a real server, and a watch that lets no fault pass.

Each test gets readers of its own (a fresh browser context: no cookies, no history). What a reader meets besides the
page itself is noted: an error or warning in the console, a breach of the content security policy, an exception in a
script, a request that failed, a request to another host. One such note fails the test, unless the test said before
that it would come. Without a Chromium these tests are skipped; KB_REQUIRE_BROWSER=1 makes that a failure.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
import waitress
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright
from waitress import wasyncore

from kb import create_app
from kb.house import House
from kb.serving import THREADS
from tests.conftest import opened
from tests.databases import Databases
from tests.people import Person, browser_cookies

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
WIDE, NARROW, NARROWEST = 1280, 390, 320
HEIGHT = 900
PATIENCE_MS = 5000

NewPage = Callable[..., Page]
Visitor = Callable[..., Page]
NewContext = Callable[..., BrowserContext]


class Faults:
    """What went wrong around a page, as lines of text; those that a test expects are left out."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._expected: list[str] = []

    def expect(self, *patterns: str) -> None:
        """Say that faults with these patterns will come; each must."""
        self._expected += patterns

    def unexpected(self) -> list[str]:
        """Return what nobody expected: faults that came, and expected ones that did not."""
        came = [line for line in self.seen if not any(re.search(each, line) for each in self._expected)]
        missed = [each for each in self._expected if not any(re.search(each, line) for line in self.seen)]
        return came + [f"expected, but did not come: {each}" for each in missed]

    def watch(self, context: BrowserContext, hosts: set[str]) -> None:
        """Note the faults of all pages of a context; `hosts` are those that may be asked for something."""

        def asked(request: Request) -> None:
            parts = urlsplit(request.url)
            if parts.scheme not in {"data", "blob"} and parts.netloc not in hosts:
                self.seen.append(f"another host: {request.url}")

        def failed(request: Request) -> None:
            # The browser itself drops what it was fetching when the reader goes to another page.
            if request.failure != "net::ERR_ABORTED":
                self.seen.append(f"failed request: {request.failure} {request.url}")

        context.on("request", asked)
        context.on("requestfailed", failed)
        context.on("weberror", lambda error: self.seen.append(f"page error: {error.error}"))
        context.on(
            "console",
            lambda line: (
                self.seen.append(f"console {line.type}: {line.text}")
                if line.type in {"error", "warning"}
                else None
            ),
        )


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium, or no test."""
    named = os.environ.get("KB_CHROMIUM")
    if named and not shutil.which(named):
        pytest.fail(f"KB_CHROMIUM is {named!r}, and that can't be run.", pytrace=False)
    for program in (named, *PROGRAMS):
        if program and (path := shutil.which(program)):
            return path
    reason = f"There is no Chromium: not KB_CHROMIUM, and no {', '.join(PROGRAMS)} on the PATH."
    if os.environ.get("KB_REQUIRE_BROWSER") == "1":
        pytest.fail(f"{reason} KB_REQUIRE_BROWSER=1 asks for one.", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for all tests of this process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def served(house: House) -> Iterator[str]:
    """Serve a knowledge base as `kb start` does, on a free port; give its address, without a slash at the end."""
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        server = waitress.create_server(
            create_app(house),
            sockets=[listener],
            threads=THREADS,
            ident=None,
            clear_untrusted_proxy_headers=False,
        )
        thread = Thread(target=server.run, name="server of the browser tests")
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            # In the server's own thread, or it would go on waiting for sockets that are closed.
            server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
            thread.join()
            server.task_dispatcher.shutdown()


@pytest.fixture(scope="session")
def site(samples: House) -> Iterator[str]:
    """The address of the sample cases, with the patterns page: for reading only."""
    with closing(opened(samples.settings.data, KB_DEVELOPMENT="on")) as house, served(house) as address:
        yield address


@pytest.fixture(scope="session")
def empty_site(
    databases: Databases, _empty_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a knowledge base without cases."""
    folder = tmp_path_factory.mktemp("empty-site") / "data"
    with (
        databases.copied(_empty_data, folder) as data,
        closing(opened(data)) as house,
        served(house) as address,
    ):
        yield address


@pytest.fixture
def faults() -> Faults:
    """What goes wrong around the pages of this test."""
    return Faults()


@contextmanager
def readers(browser: Browser, faults: Faults, *sites: str) -> Iterator[NewContext]:
    """Give a maker of browsers at these sites, of nobody or somebody who is signed in; what goes wrong fails the test."""
    contexts: list[BrowserContext] = []
    hosts = {urlsplit(address).netloc for address in sites}

    def new(
        person: Person | None = None,
        *,
        at: str = sites[0],
        language: str = "",
        width: int = WIDE,
        **options: Any,
    ) -> BrowserContext:
        options.setdefault("viewport", {"width": width, "height": HEIGHT})
        context = browser.new_context(base_url=at, **options)
        context.set_default_timeout(PATIENCE_MS)
        if language:
            context.add_cookies([{"name": "lang", "value": language, "url": at}])
        if person:
            context.add_cookies(browser_cookies(person, at))
        contexts.append(context)
        faults.watch(context, hosts)
        return context

    yield new
    for context in contexts:
        context.close()
    unexpected = faults.unexpected()
    assert not unexpected, "\n".join(unexpected)


@pytest.fixture
def new_page(browser: Browser, site: str, empty_site: str, faults: Faults) -> Iterator[NewPage]:
    """Give a maker of readers: a page in a fresh context, at the sample cases unless `at` names another site."""
    with readers(browser, faults, site, empty_site) as new:

        def opened_at(path: str = "", **options: Any) -> Page:
            page = new(**options).new_page()
            if path:
                page.goto(path)
            return page

        yield opened_at


@pytest.fixture
def visitor(browser: Browser, faults: Faults, sample_house: House) -> Iterator[Visitor]:
    """Give a maker of pages at a knowledge base that the test may change, signed in or not, in a language and of a width."""
    with served(sample_house) as address, readers(browser, faults, address) as new:
        yield lambda person=None, language="en", width=WIDE: new(
            person, language=language, width=width
        ).new_page()
