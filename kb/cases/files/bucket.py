"""Keeps files in storage that speaks S3: Amazon's, or one of the many that do the same.

Names in the bucket are as in the folder, so files can be carried over as they are. Who may use the bucket is found where
boto3 always looks: the environment, a profile, the role of the machine. Nothing of it stands in a message.

A file is fetched whole, and compared with its checksum, before anybody gets a byte of it: a storage that fails half-way is
an error page, not half a file.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from importlib.util import find_spec
from tempfile import SpooledTemporaryFile
from threading import Lock
from time import monotonic
from typing import IO, Any, Final

from kb.cases.files.shelf import CHECKSUM, checksum, place
from kb.core import DataError, SettingError
from kb.uploads_url import Bucket

CONNECT_TIMEOUT_S: Final = 3
READ_TIMEOUT_S: Final = 5
"""How long the storage may be silent, not how long a file may take."""
ATTEMPTS: Final = 2
REST_S: Final = 15
"""How long nobody asks again after the storage was not to be reached: else those who wait for it take up all threads."""
CONNECTIONS: Final = 20
IN_MEMORY: Final = 1_000_000
"""The bytes of a fetched file that are held in memory; a larger one is on the disk until it has been sent."""
CHUNK: Final = 64 * 1024

_SAID: Final = {
    "NoSuchBucket": "there is no such bucket",
    "AccessDenied": "it does not allow this; look at the rights on the bucket",
    "InvalidAccessKeyId": "it does not know our key",
    "SignatureDoesNotMatch": "it does not accept our key",
    "ExpiredToken": "our key has expired",
    "AuthorizationHeaderMalformed": "the bucket is in another region",
    "PermanentRedirect": "the bucket is in another region",
    "RequestTimeTooSkewed": "the clock of this machine is not right",
    "InternalError": "it has a fault of its own",
    "ServiceUnavailable": "it is too busy",
    "SlowDown": "it is too busy",
}
"""By the code of S3 what is wrong. What else an answer says may name accounts, so it is not told."""
_KINDS: Final = {
    "NoCredentialsError": "there is no key for it, in the environment, a profile or the role of the machine",
    "PartialCredentialsError": "one half of its key is missing",
    "ProfileNotFound": "the profile that AWS_PROFILE names does not exist",
    "SSLError": "its certificate is not trusted",
    "ConnectTimeoutError": "it can't be reached",
    "EndpointConnectionError": "it can't be reached",
    "ConnectionClosedError": "it broke off",
    "IncompleteReadError": "it broke off",
    "ResponseStreamingError": "it broke off",
    "ReadTimeoutError": "it does not answer in time",
    "ResponseParserError": "what answers does not speak S3",
}
"""The same of what boto3 itself says, by the name of the error."""


class BucketShelf:
    """The files in one bucket. Nothing is asked of it before the first file; threads may share it."""

    def __init__(self, bucket: Bucket) -> None:
        if find_spec("boto3") is None:
            raise SettingError(
                "KB_UPLOADS names a bucket, for which boto3 is needed: pip install 'praktijkbank[s3]'"
            )
        self._bucket = bucket
        self._lock = Lock()
        self._made: Any = None
        self._rests_until = 0.0
        self._why = ""

    def put(self, data: bytes) -> str:
        """Keep a file and return its checksum; see `Shelf`."""
        sha256 = checksum(data)
        if self.size(sha256) != len(data):
            # As a file: each part of it may then take as long as the timeout, instead of all of them together.
            with self._asked() as s3, io.BytesIO(data) as body:
                s3.put_object(
                    **self._named(sha256),
                    Body=body,
                    ContentLength=len(data),
                    ContentType="application/octet-stream",
                )
        return sha256

    def size(self, sha256: str) -> int | None:
        """Return how many bytes a file has; see `Shelf`.

        Its first byte is asked for: the answer to a question without a body (HEAD) would not tell a file that is not there
        from a bucket that is not there.
        """
        named = self._named(sha256)
        with self._asked() as s3:
            try:
                answer = s3.get_object(**named, Range="bytes=0-0")
            except s3.exceptions.NoSuchKey:
                return None
            except s3.exceptions.ClientError as error:
                if _code(error) == "InvalidRange":
                    return 0
                raise
            with closing(answer["Body"]) as body:
                body.read()
            whole = answer.get("ContentRange", "").rpartition("/")[2]
            return int(whole) if whole.isdecimal() else int(answer["ContentLength"])

    def open(self, sha256: str) -> IO[bytes] | None:
        """Return a file to read from; see `Shelf`."""
        named = self._named(sha256)
        with self._asked() as s3:
            try:
                answer = s3.get_object(**named)
            except s3.exceptions.NoSuchKey:
                return None
            with closing(answer["Body"]) as body:
                return _fetched(body, sha256)

    def remove(self, sha256: str) -> None:
        """Remove a file; see `Shelf`."""
        named = self._named(sha256)
        with self._asked() as s3:
            s3.delete_object(**named)

    @property
    def size_used(self) -> int:
        """The bytes all files take together."""
        start = self._key("")
        with self._asked() as s3:
            pages = s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket.name, Prefix=start)
            return sum(
                one["Size"]
                for page in pages
                for one in page.get("Contents", ())
                if CHECKSUM.fullmatch(one["Key"].removeprefix(start)[3:])
            )

    def close(self) -> None:
        """Let go of all connections."""
        with self._lock:
            if self._made is not None:
                self._made.close()
                self._made = None

    def _key(self, name: str) -> str:
        return f"{self._bucket.prefix}/{name}" if self._bucket.prefix else name

    def _named(self, sha256: str) -> dict[str, str]:
        return {"Bucket": self._bucket.name, "Key": self._key(place(sha256))}

    @contextmanager
    def _asked(self) -> Iterator[Any]:
        """Give the client to ask; turn all that can go wrong with that into one sentence."""
        from botocore import exceptions as its
        from botocore.parsers import ResponseParserError
        from urllib3.exceptions import HTTPError

        if monotonic() < self._rests_until:
            raise DataError(self._why)
        try:
            yield self._client()
        except its.ClientError as error:
            code = _code(error)
            raise self._wrong(_SAID.get(code, f"it answers {code}")) from error
        except (its.BotoCoreError, HTTPError, ResponseParserError) as error:
            wrong = self._wrong(_KINDS.get(type(error).__name__, f"there is a {type(error).__name__}"))
            if isinstance(error, (its.ConnectionError, its.HTTPClientError, HTTPError)):
                self._why, self._rests_until = str(wrong), monotonic() + REST_S
            raise wrong from error

    def _wrong(self, what: str) -> DataError:
        return DataError(f"The storage of uploads, bucket {self._bucket.name}, can't be used: {what}.")

    def _client(self) -> Any:
        """Return boto3's client, made at the first need of it."""
        with self._lock:
            if self._made is None:
                import boto3
                from botocore.config import Config

                self._made = boto3.session.Session().client(
                    "s3",
                    endpoint_url=self._bucket.endpoint or None,
                    region_name=self._bucket.region or None,
                    config=Config(
                        connect_timeout=CONNECT_TIMEOUT_S,
                        read_timeout=READ_TIMEOUT_S,
                        retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
                        max_pool_connections=CONNECTIONS,
                        # Amazon's newer checksums are not known to all who speak S3. Without them the signature holds the
                        # file's SHA-256, so a file that was damaged on its way is refused; reading compares it again.
                        request_checksum_calculation="when_required",
                        response_checksum_validation="when_required",
                    ),
                )
            return self._made


def _fetched(body: Any, sha256: str) -> IO[bytes]:
    """Return what the storage sends as a file of our own. Raises DataError: it is not the file that was kept."""
    kept: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - whoever asked for it closes it
    with ExitStack() as unless_whole:
        unless_whole.callback(kept.close)
        digest = hashlib.sha256()
        for chunk in body.iter_chunks(CHUNK):
            digest.update(chunk)
            _write(kept, chunk)
        if digest.hexdigest() != sha256:
            raise DataError(f"The storage of uploads gives another file than was kept: {sha256}.")
        kept.seek(0)
        unless_whole.pop_all()
    return kept


def _write(file: IO[bytes], chunk: bytes) -> None:
    try:
        file.write(chunk)
    except OSError as error:
        raise DataError(f"There is no place for a file that is fetched: {error.strerror}.") from error


def _code(error: Any) -> str:
    """Return the code of a refusal, made of letters and digits only."""
    return re.sub(r"\W", "", str(error.response.get("Error", {}).get("Code", "")))[:40] or "nothing"
