"""A bucket that is away, refuses or gives something else is told of in one sentence, and nothing secret stands in it."""

from __future__ import annotations

import hashlib
import io
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse, HeadersDict
from urllib3 import HTTPResponse

from kb.cases.files import bucket as module
from kb.cases.files.bucket import BucketShelf
from kb.core import DataError, SettingError
from kb.uploads_url import Bucket
from kb.uploads_url import bucket as read
from tests import storage
from tests.storage import Emptied, Scripted

DATA = b"een bestand"
SHA = hashlib.sha256(DATA).hexdigest()
DEEDS: dict[str, Callable[[BucketShelf], Any]] = {
    "put": lambda shelf: shelf.put(DATA),
    "size": lambda shelf: shelf.size(SHA),
    "open": lambda shelf: shelf.open(SHA),
    "remove": lambda shelf: shelf.remove(SHA),
    "size_used": lambda shelf: shelf.size_used,
}


def shelf_at(url: str) -> BucketShelf:
    named = read(url)
    assert named
    return BucketShelf(named)


def said(deed: Callable[[], Any]) -> str:
    """Return what went wrong: one line, with no key in it."""
    with pytest.raises(DataError) as caught:
        deed()
    text = str(caught.value)
    assert text.isprintable()
    assert text.endswith(".")
    assert storage.SECRET not in text
    assert "EMMER" not in text
    return text


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    storage.with_key(monkeypatch)
    monkeypatch.setattr(module, "ATTEMPTS", 1)  # between two is a pause


@pytest.fixture
def script() -> Iterator[Scripted]:
    with storage.scripted() as script:
        yield script


@pytest.fixture
def shelf(script: Scripted) -> Iterator[BucketShelf]:
    with closing(shelf_at(storage.address(script.endpoint))) as shelf:
        yield shelf


@pytest.fixture
def nobody() -> str:
    """The address of a port at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
class TestWhateverIsAsked:
    def test_of_storage_that_is_away(self, nobody: str, deed: Callable[[BucketShelf], Any]) -> None:
        with closing(shelf_at(storage.address(nobody))) as shelf:
            assert (
                said(lambda: deed(shelf))
                == "The storage of uploads, bucket emmer, can't be used: it can't be reached."
            )

    def test_of_a_bucket_that_does_not_exist(
        self, bucket: Emptied, deed: Callable[[BucketShelf], Any]
    ) -> None:
        with closing(shelf_at(storage.address(bucket.endpoint, "geen-emmer"))) as shelf:
            assert (
                said(lambda: deed(shelf))
                == "The storage of uploads, bucket geen-emmer, can't be used: there is no such bucket."
            )

    def test_of_storage_that_refuses(
        self, script: Scripted, shelf: BucketShelf, deed: Callable[[BucketShelf], Any]
    ) -> None:
        script.refuse(403, "AccessDenied", Message=f"User EMMER {storage.SECRET} may not")
        assert "it does not allow this; look at the rights" in said(lambda: deed(shelf))

    def test_without_a_key(
        self, bucket: Emptied, monkeypatch: pytest.MonkeyPatch, deed: Callable[[BucketShelf], Any]
    ) -> None:
        storage.without_key(monkeypatch)
        with closing(shelf_at(bucket.url)) as shelf:
            assert "there is no key for it" in said(lambda: deed(shelf))


@pytest.mark.parametrize(
    ("status", "code", "what"),
    [
        (403, "InvalidAccessKeyId", "it does not know our key"),
        (403, "SignatureDoesNotMatch", "it does not accept our key"),
        (403, "RequestTimeTooSkewed", "the clock of this machine is not right"),
        (503, "SlowDown", "it is too busy"),
        (507, "XMinioStorageFull", "it answers XMinioStorageFull"),
        (400, "Vreemde\ncode " + "y" * 99, "it answers Vreemdecodeyyy"),
        (400, "", "it answers"),
        (400, "<Half>", "it answers"),
    ],
)
def test_each_refusal_is_told(
    script: Scripted, shelf: BucketShelf, status: int, code: str, what: str
) -> None:
    script.refuse(status, code)
    assert what in said(lambda: shelf.open(SHA))


def test_a_page_that_is_not_of_s3(script: Scripted, shelf: BucketShelf) -> None:
    script.status, script.body = 502, b"<html><h1>Bad gateway"
    assert "it answers 502" in said(lambda: shelf.open(SHA))


def test_a_server_that_does_not_speak_s3(script: Scripted, shelf: BucketShelf) -> None:
    script.status, script.body = 206, b"<html><h1>Welcome"
    assert "what answers does not speak S3" in said(lambda: shelf.remove(SHA))


def test_a_profile_that_does_not_exist(bucket: Emptied, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "onbekend")
    assert "the profile that AWS_PROFILE names does not exist" in said(lambda: shelf_at(bucket.url).size(SHA))


def test_storage_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "READ_TIMEOUT_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = storage.address(f"http://127.0.0.1:{silent.getsockname()[1]}")
        with closing(shelf_at(address)) as shelf:
            assert "it does not answer in time" in said(lambda: shelf.open(SHA))


def test_storage_that_hangs_up(script: Scripted, shelf: BucketShelf) -> None:
    script.status = None
    assert "it broke off" in said(lambda: shelf.open(SHA))


def test_half_an_answer_is_no_file(script: Scripted, shelf: BucketShelf) -> None:
    script.body, script.headers = DATA[:5], {"Content-Length": str(len(DATA))}
    assert "it broke off" in said(lambda: shelf.open(SHA))


def test_another_file_than_was_kept_is_given_to_nobody(script: Scripted, shelf: BucketShelf) -> None:
    script.body = b"iets anders"
    assert said(lambda: shelf.open(SHA)) == f"The storage of uploads gives another file than was kept: {SHA}."


def test_a_full_disk_here(bucket: Emptied, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with closing(shelf_at(bucket.url)) as shelf:
        shelf.put(DATA)
        monkeypatch.setattr("tempfile.SpooledTemporaryFile.write", full)
        assert "There is no place for a file that is fetched: No space left" in said(lambda: shelf.open(SHA))


class TestResting:
    """Storage that was not to be reached is left alone for a while, so that not everybody waits for it."""

    @pytest.fixture
    def clock(self, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        moment = [1000.0]
        monkeypatch.setattr(module, "monotonic", lambda: moment[0])
        return moment

    def test_nobody_asks_meanwhile(self, script: Scripted, shelf: BucketShelf, clock: list[float]) -> None:
        script.status = None
        why = said(lambda: shelf.open(SHA))
        clock[0] += module.REST_S - 1
        assert said(lambda: shelf.remove(SHA)) == why
        assert script.asked == ["GET"]
        script.status, script.body = 200, DATA
        clock[0] += 1
        file = shelf.open(SHA)
        assert file
        with file:
            assert file.read() == DATA

    def test_what_is_refused_is_asked_again_at_once(
        self, script: Scripted, shelf: BucketShelf, clock: list[float]
    ) -> None:
        assert clock
        script.refuse(403, "AccessDenied")
        for _time in range(2):
            said(lambda: shelf.open(SHA))
        assert script.asked == ["GET", "GET"]


def test_it_is_tried_twice_and_no_more(script: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    storage.with_key(monkeypatch)
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _seconds: None)
    script.refuse(503, "SlowDown")
    with closing(shelf_at(storage.address(script.endpoint))) as shelf:
        said(lambda: shelf.open(SHA))
    assert script.asked == ["GET", "GET"]


def test_the_prefix_may_be_left_out(bucket: Emptied) -> None:
    with closing(BucketShelf(Bucket(bucket.name, "", bucket.endpoint, storage.REGION))) as shelf:
        shelf.put(DATA)
        assert bucket.names() == [f"{SHA[:2]}/{SHA}"]
        assert shelf.size_used == len(DATA)


def test_only_what_is_under_the_prefix_counts(bucket: Emptied) -> None:
    for name in (f"{SHA[:2]}/{SHA}", "uploads/lees-mij.txt", f"uploads-oud/{SHA[:2]}/{SHA}"):
        bucket.client.put_object(Bucket=bucket.name, Key=name, Body=b"iets")
    with closing(shelf_at(bucket.url)) as shelf:
        assert shelf.size_used == 0


def test_more_files_than_one_list_has(bucket: Emptied, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "2")
    with closing(shelf_at(bucket.url)) as shelf:
        for number in range(5):
            shelf.put(b"%d" % number)
        assert shelf.size_used == 5


def test_the_signature_holds_the_checksum_of_what_is_sent() -> None:
    """So storage refuses what was damaged on its way, also when it knows none of Amazon's newer checksums."""
    sent: list[dict[str, str]] = []

    def answer(request: Any, **_more: object) -> AWSResponse:
        values = {name.lower(): it for name, it in request.headers.items()}
        sent.append({name: it.decode() if isinstance(it, bytes) else it for name, it in values.items()})
        raw = HTTPResponse(io.BytesIO(), preload_content=False)
        return AWSResponse(request.url, 206, HeadersDict({"Content-Range": "bytes 0-0/1"}), raw)

    with closing(shelf_at(storage.address("https://s3.example"))) as shelf:
        shelf._client().meta.events.register("before-send.s3", answer)
        shelf.put(DATA)
    _looked, put = sent
    assert put["x-amz-content-sha256"] == SHA
    assert not [name for name in put if name.startswith(("x-amz-checksum", "x-amz-sdk", "x-amz-trailer"))]


def test_without_boto3_it_is_told_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(
        SettingError, match=r"^KB_UPLOADS names a bucket, .* pip install 'praktijkbank\[s3\]'$"
    ):
        BucketShelf(Bucket("emmer"))
