"""Storage that speaks S3, for tests: moto's server on this very machine, and a server that answers what a test wants."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

import boto3
import pytest
from botocore.loaders import create_loader
from moto.server import ThreadedMotoServer

REGION = "eu-central-1"
SECRET = "geheim/van+het-emmertje"
_numbers = count(1)
_loader = cache(create_loader)


@dataclass(frozen=True)
class Emptied:
    """A bucket with nothing in it: where it is, and a client that looks into it past the program."""

    name: str
    endpoint: str
    client: Any

    @property
    def url(self) -> str:
        """The setting that names it, with a prefix."""
        return address(self.endpoint, self.name)

    def names(self) -> list[str]:
        """The names of all objects, in order."""
        listed = self.client.list_objects_v2(Bucket=self.name)
        return sorted(one["Key"] for one in listed.get("Contents", ()))


def address(endpoint: str, name: str = "emmer") -> str:
    """Return the setting that names a bucket at an endpoint."""
    return f"s3://{name}/uploads?endpoint={endpoint}&region={REGION}"


@contextmanager
def served() -> Iterator[str]:
    """Run moto's server, and give its address."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()
    assert server._server
    server._server.server_close()


def with_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let boto3 find this key, and nothing of the machine that the tests run on."""
    without_key(monkeypatch)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "EMMER")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)


def without_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let boto3 find no key, wherever it looks."""
    for name in [name for name in os.environ if name.upper().startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "BOTO_CONFIG"):
        monkeypatch.setenv(name, os.devnull)
    # What S3 looks like is read once, not for each client that is made.
    monkeypatch.setattr("botocore.session.create_loader", _loader)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@contextmanager
def emptied(endpoint: str) -> Iterator[Emptied]:
    """Make a bucket, which no other test has."""
    name = f"emmer-{os.getpid()}-{next(_numbers)}"
    with closing(boto3.session.Session().client("s3", endpoint_url=endpoint, region_name=REGION)) as client:
        client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        yield Emptied(name, endpoint, client)


@dataclass
class Scripted:
    """A server with one answer to all questions: a status, headers and a body; None hangs up without a word."""

    endpoint: str
    status: int | None
    headers: dict[str, str]
    body: bytes
    asked: list[str]

    def refuse(self, status: int, code: str, **more: str) -> None:
        """Answer with an error as S3 writes it."""
        inside = "".join(f"<{name}>{value}</{name}>" for name, value in {"Code": code, **more}.items())
        self.status, self.body = status, f"<Error>{inside}</Error>".encode()


@contextmanager
def scripted() -> Iterator[Scripted]:
    """Run a server that answers what the test says."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # so that it says at once that a body may be sent

        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65537)
            is_right = bool(self.raw_requestline) and self.parse_request()
            self.close_connection = True
            if not is_right:
                return
            script.asked.append(self.command)
            if script.status is None:
                return
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(script.status)
            # It closes after each answer and says so, or the next question may be sent where nobody listens any more.
            always = {"Content-Length": str(len(script.body)), "Connection": "close"}
            for name, value in {**always, **script.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(script.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        script = Scripted(f"http://127.0.0.1:{server.server_port}", 200, {}, b"", [])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield script
        server.shutdown()
        thread.join()
