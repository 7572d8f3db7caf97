"""Where uploads are kept, as one address: `s3://bucket/prefix?endpoint=https://s3.example&region=eu-central-1`.

No key stands in it: the library that speaks S3 finds those where it always looks. So no message here repeats what it was
given, in case somebody put one in it all the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
PREFIX = re.compile(r"(?!.*//)[A-Za-z0-9!_.*'()/-]{1,200}")
ENDPOINT = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._/-]*)?")
REGION = re.compile(r"[A-Za-z0-9_-]{1,60}")


@dataclass(frozen=True)
class Bucket:
    """A bucket in storage that speaks S3, and what the names of our files in it begin with.

    Without an `endpoint` it is Amazon's; without a `region` it is the one that the surroundings name.
    """

    name: str
    prefix: str = ""
    endpoint: str = ""
    region: str = ""


def bucket(text: str) -> Bucket | None:
    """Return the bucket that a setting names; None when it is empty: uploads are kept in the data folder then.

    Raises:
        ValueError: one sentence about what it must be.

    """
    if not text:
        return None
    try:
        parts = urlsplit(text)
        given = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        named, prefix = dict(given), parts.path.strip("/")
        endpoint, region = named.get("endpoint", "").rstrip("/"), named.get("region", "")
        urlsplit(endpoint).port  # noqa: B018 - asked for, because it raises when it is none
    except ValueError:
        raise _wrong() from None
    if "@" in text:
        raise ValueError(
            "it may hold no keys; they are found in the environment, a profile or the machine's role"
        )
    if (
        not text.isprintable()
        or parts.scheme != "s3"
        or not BUCKET.fullmatch(parts.netloc)
        or (prefix and not PREFIX.fullmatch(prefix))
        or ".." in f"{parts.netloc}/{prefix}"
        or parts.fragment
        or len(named) != len(given)
        or not named.keys() <= {"endpoint", "region"}
        or ("endpoint" in named and not ENDPOINT.fullmatch(endpoint))
        or ("region" in named and not REGION.fullmatch(region))
    ):
        raise _wrong()
    return Bucket(parts.netloc, prefix, endpoint, region)


def _wrong() -> ValueError:
    return ValueError(
        "it must look like s3://bucket/prefix?endpoint=https://s3.example&region=eu-central-1; only the bucket is needed"
    )
