from __future__ import annotations

from pathlib import Path

import pytest

from kb import config
from kb.core import SettingError
from kb.uploads_url import Bucket, bucket


def test_the_data_folder() -> None:
    assert bucket("") is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("s3://emmer", Bucket("emmer")),
        ("s3://emmer/", Bucket("emmer")),
        ("s3://emmer.van.ons/kb/uploads/", Bucket("emmer.van.ons", "kb/uploads")),
        ("s3://emmer?region=nl-1", Bucket("emmer", region="nl-1")),
        (
            "s3://emmer/kb?endpoint=https://s3.example:9000/&region=eu-central-1",
            Bucket("emmer", "kb", "https://s3.example:9000", "eu-central-1"),
        ),
        (
            "s3://emmer?endpoint=https%3A%2F%2Fs3.example%2Fstorage%2Fv1%2Fs3",
            Bucket("emmer", endpoint="https://s3.example/storage/v1/s3"),
        ),
        ("s3://emmer?endpoint=http://[::1]:9000", Bucket("emmer", endpoint="http://[::1]:9000")),
    ],
)
def test_right(text: str, named: Bucket) -> None:
    assert bucket(text) == named


@pytest.mark.parametrize(
    "text",
    [
        "uploads",
        "/srv/uploads",
        "https://emmer.s3.example",
        "s3:emmer",
        "s3://",
        "s3:///kb",
        "s3://Emmer",
        "s3://ab",
        "s3://a..b",
        "s3://emmer:9000/kb",
        "s3://emmer/a//b",
        "s3://emmer/../b",
        "s3://emmer/a b",
        "s3://emmer/a%20b",
        "s3://emmer#kb",
        "s3://emmer?regio=nl",
        "s3://emmer?region=",
        "s3://emmer?region=a b",
        "s3://emmer?region=a&region=b",
        "s3://emmer?endpoint=s3.example",
        "s3://emmer?endpoint=ftp://s3.example",
        "s3://emmer?endpoint=https://s3.example?x=1",
        "s3://emmer?endpoint=https://s3.example:99999",
        "s3://emmer?endpoint=https://[::1",
        "s3://emmer?region=eu&secret=geheim",
        "s3://emmer/x\ny",
    ],
)
def test_wrong(text: str) -> None:
    with pytest.raises(ValueError, match=r"^it must look like s3://bucket/prefix"):
        bucket(text)


@pytest.mark.parametrize(
    "text", ["s3://sleutel:geheim@emmer/kb", "s3://emmer?endpoint=https://sleutel:geheim@s3.example"]
)
def test_a_key_does_not_belong_in_it_and_is_not_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingError, match=r"^KB_UPLOADS: it may hold no keys") as caught:
        config.read(tmp_path, {"KB_UPLOADS": text})
    assert "geheim" not in str(caught.value)
