"""The board of a session under a room full of people: polls, posts, and a server that is killed in the middle.

    python -m benchmarks.board --participants 300 --seconds 120 --notes 5
    python -m benchmarks.board --kill
    python -m benchmarks.board --large 2000

Each participant is a connection that stays open and asks every four seconds what changed, as the script of the page does;
the notes are posted by participants in turn. Server and load share the machine. What is checked besides times: every note
that was acknowledged is there once, and every participant was told of each.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from time import perf_counter
from urllib.parse import urlencode
from uuid import uuid4

from benchmarks.load import HOST, Times
from benchmarks.processes import free_port, machine
from kb import config
from kb.accounts.actor import OPERATOR
from kb.events.models import Note
from kb.events.records import empty_record, record_of
from kb.events.services import preparing
from kb.events.services.storing import write
from kb.house import House

POLL_S = 4.0
PATIENCE_S = 30.0
WORDS = "Bij ons wisselt de ambtenaar elk jaar; wie weet dan nog wat er is afgesproken?"


@dataclass
class Board:
    """The board that is measured."""

    data: Path
    port: int
    slug: str
    code: str
    questions: Sequence[int]

    @property
    def url(self) -> str:
        """Its address on the server."""
        return f"/events/{self.slug}/board"


@dataclass
class Result:
    """What happened: times in seconds, and the names of the notes that the server acknowledged."""

    polls: list[float] = field(default_factory=list)
    posts: list[float] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    failed: int = 0


class Browser:
    """A participant: one connection, its cookies, and the notes that it has been told of."""

    def __init__(self, board: Board, result: Result) -> None:
        self.board, self.result = board, result
        self.cookies: dict[str, str] = {}
        self.csrf = ""
        self.version = 0
        self.seen: set[int] = set()
        self._lines: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._turn = asyncio.Lock()

    async def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Send a request and return the status and the body; raises OSError or EOFError when there is no answer."""
        async with self._turn:
            try:
                return await asyncio.wait_for(self._ask(method, path, fields), PATIENCE_S)
            except BaseException:
                self.leave()
                raise

    async def _ask(self, method: str, path: str, fields: dict[str, str] | None) -> tuple[int, bytes]:
        if self._lines is None:
            self._lines = await asyncio.open_connection(HOST, self.board.port)
        reader, writer = self._lines
        body = urlencode(fields or {}).encode()
        head = [
            f"{method} {path} HTTP/1.1",
            f"Host: {HOST}:{self.board.port}",
            "Accept: application/json",
            "Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        ]
        if method == "POST":
            head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)
        await writer.drain()
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status, length = int(lines[0].split()[1]), 0
        for line in lines[1:]:
            name, _colon, value = line.partition(":")
            if name.lower() == "content-length":
                length = int(value)
            elif name.lower() == "set-cookie":
                cookie, _equals, text = value.strip().partition(";")[0].partition("=")
                self.cookies[cookie] = text
        content = await reader.readexactly(length) if status != 304 and length else b""  # noqa: PLR2004 - it has no body
        return status, content

    def leave(self) -> None:
        """Let go of the connection."""
        if self._lines is not None:
            self._lines[1].close()
            self._lines = None

    async def join(self) -> None:
        """Join the board as a person does, with its page and its form."""
        _status, page = await self.ask("GET", f"/join/{self.board.code}")
        found = re.search(rb'name="csrf_token" value="([^"]+)"', page)
        assert found  # noqa: S101 - the page holds a form
        self.csrf = found[1].decode()
        status, _page = await self.ask("POST", f"/join/{self.board.code}", {"csrf_token": self.csrf})
        if status != 303:  # noqa: PLR2004 - see other
            raise RuntimeError(f"joining answered {status}")

    async def poll(self) -> None:
        """Ask what changed, and take it over."""
        began = perf_counter()
        status, content = await self.ask("GET", f"{self.board.url}/updates?since={self.version}")
        self.result.polls.append(perf_counter() - began)
        if status == 200:  # noqa: PLR2004 - there is something new
            told = json.loads(content)
            self.version = told["version"]
            self.seen.update(note["id"] for note in told["notes"])
            self.seen.difference_update(told["gone"])
        elif status != 304:  # noqa: PLR2004 - there is nothing new
            raise RuntimeError(f"a poll answered {status}")

    async def look(self) -> None:
        """Ask once more, on a new line when the old one broke meanwhile."""
        try:
            await self.poll()
        except (OSError, EOFError, TimeoutError):
            await self.poll()

    async def post(self, uid: str) -> None:
        """Post a note until the server has it, as the page does."""
        fields = {
            "csrf_token": self.csrf,
            "uid": uid,
            "question": str(self.board.questions[hash(uid) % len(self.board.questions)]),
            "text": f"{WORDS} {uid}",
        }
        while True:
            began = perf_counter()
            with suppress(OSError, EOFError, TimeoutError):
                status, _content = await self.ask("POST", f"{self.board.url}/notes", fields)
                if status == 200:  # noqa: PLR2004 - it is there
                    self.result.posts.append(perf_counter() - began)
                    self.result.acknowledged.append(uid)
                    return
            self.result.failed += 1
            await asyncio.sleep(1)

    async def live(self, begin_s: float, until: float) -> None:
        """Poll every four seconds until a moment."""
        await asyncio.sleep(begin_s)
        while perf_counter() < until:
            wait = POLL_S
            try:
                await self.poll()
            except (OSError, EOFError, TimeoutError):
                self.result.failed += 1
                wait = 1.0
            await asyncio.sleep(wait)


async def room(board: Board, options: argparse.Namespace, server: Server) -> tuple[Result, list[Browser]]:
    """Let all participants in, and let them poll and post; with `--kill` the server dies in the middle."""
    result = Result()
    people = [Browser(board, result) for _ in range(options.participants)]
    for at in range(0, len(people), 20):
        await asyncio.gather(*(one.join() for one in people[at : at + 20]))
    result.polls.clear()
    until = perf_counter() + options.seconds
    tasks = [asyncio.create_task(one.live(POLL_S * at / len(people), until)) for at, one in enumerate(people)]
    writing = []
    for number in range(int(options.seconds * options.notes)):
        writing.append(asyncio.create_task(people[number % len(people)].post(str(uuid4()))))
        if options.kill and number == int(options.seconds * options.notes / 2):
            server.kill()
            await asyncio.sleep(1)
            server.start()
        await asyncio.sleep(1 / options.notes)
    await asyncio.gather(*tasks, *writing)
    during = result.polls.copy()
    await asyncio.gather(*(one.look() for one in people))  # all at once, to see what each was told
    result.polls = during
    for one in people:
        one.leave()
    await asyncio.sleep(0)  # the lines are closed in the next turn
    return result, people


class Server:
    """`kb start` on the data of the board."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._process: subprocess.Popen[bytes] | None = None
        self._listener: Thread | None = None

    def start(self) -> None:
        """Start it, and wait until it listens."""
        command = [sys.executable, "-m", "kb", "start", "--no-samples", "--data", str(self._board.data)]
        self._process = subprocess.Popen(  # noqa: S603 - the command is ours
            [*command, "--port", str(self._board.port)],
            env={**os.environ, "KB_RATE_LIMITS": "off"},  # one address asks for all
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        assert self._process.stderr is not None  # noqa: S101 - it is a pipe
        for line in self._process.stderr:
            if b" is at http" in line:
                # What it says after that is read too: a pipe that is full would stop it.
                self._listener = Thread(target=self._process.stderr.read)
                self._listener.start()
                return
        raise RuntimeError("the server did not start")

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        self._process.wait()
        if self._listener is not None:
            self._listener.join()
        if self._process.stderr is not None:
            self._process.stderr.close()
        self._process = self._listener = None


def made(data: Path, notes: int = 0) -> Board:
    """Make a knowledge base with one open session, and notes on its board."""
    config.make_data_folder(data)
    with closing(House.open(config.read(data, {}))) as house:
        house.database.upgrade()
        with house.database.transaction() as session:
            record = {
                **empty_record("nl"),
                "title": "Een volle zaal",
                "start": "2026-12-01T10:00",
                "end": "2026-12-01T12:00",
            }
            event = preparing.begin(session, OPERATOR, record)
            write(session, event, {**record_of(event), "status": "open"})
            questions = [row.id for row in event.questions]
            session.add_all(
                Note(
                    event_id=event.id,
                    question_id=questions[at % len(questions)],
                    uid=str(uuid4()),
                    text=f"{WORDS} {at}",
                    state="shown",
                    changed=1,
                )
                for at in range(notes)
            )
            slug = event.slug
    (code,) = _rows(data, "SELECT code FROM board")[0]
    return Board(data, free_port(), slug, str(code), questions)


def crowd(folder: Path, options: argparse.Namespace) -> bool:
    """Measure a room full of people; return whether nothing was lost."""
    board = made(folder / "data")
    server = Server(board)
    server.start()
    try:
        result, people = asyncio.run(room(board, options, server))
    finally:
        server.stop()
    kept = [uid for (uid,) in _rows(board.data, "SELECT uid FROM note")]
    shown = {number for (number,) in _rows(board.data, "SELECT id FROM note WHERE state = 'shown'")}
    lost = set(result.acknowledged) - set(kept)
    blind = sum(one.seen != shown for one in people)
    polls, posts = Times.of(result.polls), Times.of(result.posts)
    print(f"{len(people)} participants, {len(result.acknowledged)} notes in {options.seconds:.0f} s")
    print(
        f"poll: p50 {polls.p50:.1f} ms, p95 {polls.p95:.1f} ms, slowest {polls.slowest:.0f} ms ({len(result.polls)})"
    )
    print(f"post: p50 {posts.p50:.1f} ms, p95 {posts.p95:.1f} ms, slowest {posts.slowest:.0f} ms")
    print(f"acknowledged and lost: {len(lost)}; there twice: {len(kept) - len(set(kept))}")
    print(f"participants that did not see every note: {blind}; asked in vain: {result.failed}")
    return not lost and len(kept) == len(set(kept)) and not blind


def large(folder: Path, notes: int) -> bool:
    """Measure how long a board with many notes takes to open."""
    board = made(folder / "data", notes)
    server = Server(board)
    server.start()

    async def opening() -> list[float]:
        browser, times = Browser(board, Result()), []
        await browser.join()
        for _ in range(7):
            began = perf_counter()
            status, content = await browser.ask("GET", board.url)
            times.append(perf_counter() - began)
            if status != 200 or content.count(b"data-note=") != notes:  # noqa: PLR2004 - the page
                raise RuntimeError(f"the board answered {status}")
        browser.leave()
        await asyncio.sleep(0)
        return times

    try:
        times = asyncio.run(opening())
    finally:
        server.stop()
    taken = Times.of(times)
    print(f"a board of {notes} notes opens in {taken.p50:.0f} ms, at most {taken.slowest:.0f} ms")
    return True


def _rows(data: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(data / "kb.sqlite3")) as connection:
        return connection.execute(sql).fetchall()


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what the options ask for; exit with 1 when something was lost."""
    parser = argparse.ArgumentParser(description="Measure the board of a session.")
    parser.add_argument("--participants", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--notes", type=float, default=5.0, help="notes a second")
    parser.add_argument("--kill", action="store_true", help="kill the server in the middle")
    parser.add_argument("--large", type=int, default=0, help="open a board of so many notes instead")
    options = parser.parse_args(arguments)
    print(machine())
    with TemporaryDirectory() as folder:
        good = large(Path(folder), options.large) if options.large else crowd(Path(folder), options)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
