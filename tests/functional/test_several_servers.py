"""Two servers behind nginx, one of which is killed while people write: nothing that was acknowledged is lost or there twice."""

from __future__ import annotations

import json
import re
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from itertools import count
from pathlib import Path
from time import sleep
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from kb import create_app
from kb.house import House
from tests import nginx
from tests.cases.writing_desk import begun, content_of_draft, sent_by
from tests.events.board_desk import Desk, open_board
from tests.people import Person, make_person
from tests.servers import PATIENCE_S, Server, free_port, until
from tests.town import ask, number

OK, SEE_OTHER = 200, 303
NOTERS = 2
MORE = 5
PAUSE_S = 0.05


class Visitor:
    """A browser at the address of nginx; `by` are the servers that answered since it was last emptied."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: SimpleCookie = SimpleCookie()
        self.by: set[str] = set()

    def ask(self, path: str, fields: list[tuple[str, str]] | None = None) -> tuple[int, str]:
        """Return status and text of an answer; 0 when there was none."""
        headers = {"Cookie": "; ".join(f"{name}={it.value}" for name, it in self._cookies.items())}
        body = None
        if fields is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
            body = urlencode(fields)
        try:
            with closing(HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_S)) as connection:
                connection.request("GET" if body is None else "POST", path, body, headers)
                answer = connection.getresponse()
                text = answer.read().decode()
        except (OSError, HTTPException):
            return 0, ""
        for line in answer.headers.get_all("Set-Cookie", []):
            self._cookies.load(line)
        # After one that did not answer comes the one that did.
        self.by.add(answer.headers.get("X-Answered-By", "").rpartition(" ")[2])
        return answer.status, text

    def page(self, path: str) -> str:
        """Return a page, asked again until it comes."""
        return str(until(lambda: self._page(path), path))

    def csrf(self, path: str) -> tuple[str, str]:
        """Return the field that the forms of a page hold."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.page(path))
        assert found
        return "csrf_token", found[1]

    def _page(self, path: str) -> str:
        status, text = self.ask(path)
        return text if status == OK else ""


class Noter:
    """Somebody at a board, who posts one note after another, each until the server has it: as the page's script does."""

    def __init__(self, port: int, desk: Desk) -> None:
        self.visitor = Visitor(port)
        self._token = self.visitor.csrf(f"/join/{desk.code}")
        assert self.visitor.ask(f"/join/{desk.code}", [self._token])[0] == SEE_OTHER
        self._url, self._question = f"{desk.url}/notes", str(desk.questions[0])
        self.acknowledged: list[str] = []

    def write(self, stop: threading.Event) -> None:
        """Post until it is time to stop."""
        while not stop.is_set():
            uid = str(uuid4())
            fields = [("uid", uid), ("question", self._question), ("text", f"Briefje {uid}"), self._token]
            until(partial(self._post, fields), "a note")
            self.acknowledged.append(uid)
            sleep(PAUSE_S)

    def _post(self, fields: list[tuple[str, str]]) -> bool:
        return self.visitor.ask(self._url, fields)[0] == OK


class Author:
    """Somebody who signs in once, and saves one text after another of a case."""

    def __init__(self, port: int, person: Person, slug: str) -> None:
        self.visitor = Visitor(port)
        sign_in = [self.visitor.csrf("/login"), ("email", person.email), ("password", person.password)]
        assert self.visitor.ask("/login", sign_in)[0] == SEE_OTHER
        self._url = f"/cases/{slug}/edit"
        self.acknowledged: list[str] = []

    def write(self, stop: threading.Event) -> None:
        """Save until it is time to stop; after a save that was not answered look at what is there, and go on from that."""
        fields = self._opened()
        for at in count(1):
            text = f"Stand {at}"
            while True:
                fields["summary"], fields["do"] = text, "autosave"
                status, answer = self.visitor.ask(self._url, list(fields.items(multi=True)))
                if status == OK:
                    break
                fields = self._opened()
                # Nobody else writes: there is what was last acknowledged, or what nobody knows of whether it was saved.
                assert fields["summary"] in {text, *self.acknowledged[-1:]}
            told = json.loads(answer)
            fields["version"], fields["base"], fields["csrf_token"] = (
                str(told[name]) for name in ("version", "base", "csrf")
            )
            self.acknowledged.append(text)
            if stop.is_set():
                return
            sleep(PAUSE_S)

    def _opened(self) -> Any:
        page = self.visitor.page(self._url)
        assert 'id="editor"' in page  # and no page that asks who it is
        return sent_by(page)


@contextmanager
def writing(*deeds: Callable[[threading.Event], None]) -> Iterator[Callable[[Callable[[], bool], str], None]]:
    """Let people write meanwhile; give what waits until something happens, and fails as soon as one of them does."""
    stop = threading.Event()
    with ThreadPoolExecutor(len(deeds)) as threads:
        under_way: list[Future[None]] = [threads.submit(deed, stop) for deed in deeds]

        def wait(happens: Callable[[], bool], what: str) -> None:
            def happened() -> bool:
                for one in under_way:
                    if one.done():
                        one.result()
                return happens()

            until(happened, what)

        try:
            yield wait
        finally:
            stop.set()
        for one in under_way:
            one.result()


@pytest.fixture
def proxied(data: Path) -> Path:
    """A data folder whose servers stand behind a proxy."""
    nginx.program()
    with (data / "settings.toml").open("a", encoding="utf-8") as file:
        file.write('KB_PROXIES = "1"\n')
    return data


def test_each_is_killed_in_turn_while_people_write(proxied: Path, house: House, tmp_path: Path) -> None:
    author, desk = make_person(house, "author"), open_board(house, create_app(house))
    slug = begun(house, author, summary="Stand 0")
    ports = free_port(), free_port()
    first, second = (f"127.0.0.1:{port}" for port in ports)
    with ExitStack() as stack:

        def started(port: int) -> Server:
            return stack.enter_context(Server(proxied, "--no-samples", port=port))

        one, other = map(started, ports)
        proxy = stack.enter_context(nginx.Nginx(tmp_path / "nginx", ports))
        one.is_up()
        other.is_up()
        noters = [Noter(proxy.port, desk) for _ in range(NOTERS)]
        writer = Author(proxy.port, author, slug)
        people: list[Noter | Author] = [*noters, writer]

        def all_wrote_with(*servers: str) -> Callable[[], bool]:
            """Tell when everybody has some more acknowledgements, and was answered by these servers, from now on."""
            before = [len(each.acknowledged) for each in people]
            for each in people:
                each.visitor.by.clear()
            return lambda: all(
                len(each.acknowledged) >= had + MORE and each.visitor.by.issuperset(servers)
                for each, had in zip(people, before, strict=True)
            )

        with writing(*(each.write for each in people)) as wait:
            wait(all_wrote_with(first, second), "writing with both")
            killed(one)
            wait(all_wrote_with(second), "writing with the one that is left")
            one = started(ports[0]).is_up()
            wait(all_wrote_with(first, second), "writing with both again")
            killed(other)
            wait(all_wrote_with(first), "writing with the one that came back")
        # Nobody had to sign in again, though no process lives that knew him from the beginning.
        assert writer.visitor.ask("/account")[0] == OK
        one.stops(signal.SIGTERM)

    acknowledged = [uid for each in noters for uid in each.acknowledged]
    kept = [uid for (uid,) in ask(house, "SELECT uid FROM note")]
    assert sorted(kept) == sorted(acknowledged)
    assert len(acknowledged) == len(set(acknowledged)) >= 4 * MORE * NOTERS
    assert content_of_draft(house, author, slug)["summary"] == writer.acknowledged[-1]
    assert number(house, "SELECT count(*) FROM login_session") == 1
    house.search.sync()
    assert not house.search.check()


def killed(server: Server) -> None:
    """Kill a server as a power cut would; until then all went well."""
    server.process.kill()
    server.process.wait()
    assert "Traceback" not in server.said.read_text()
