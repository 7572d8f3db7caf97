"""TRUST 54: a code is never accepted twice, and recovery codes are kept hashed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from math import log2
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pyotp
import pytest
from markupsafe import Markup

from kb.accounts.two_step import (
    PERIOD,
    RECOVERY_CODES,
    address,
    new_recovery_codes,
    new_secret,
    qr_svg,
    recovery_digest,
    step_of,
)

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOON = datetime(2026, 11, 24, 12, 0, 5, tzinfo=UTC)
STEP = int(NOON.timestamp()) // PERIOD


def code(steps: int = 0, secret: str = SECRET) -> str:
    """Return what an app shows this many steps from noon."""
    return pyotp.TOTP(secret).at(NOON + timedelta(seconds=steps * PERIOD))


class TestACode:
    def test_of_this_moment_is_accepted(self) -> None:
        assert step_of(SECRET, code(), NOON, 0) == STEP

    def test_is_the_one_of_the_standard(self) -> None:
        # RFC 6238, appendix B: SHA-1, 59 seconds after the epoch, the last six of 94287082.
        secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        assert step_of(secret, "287082", datetime.fromtimestamp(59, UTC), 0) == 1

    @pytest.mark.parametrize("steps", [-1, 0, 1])
    def test_may_come_from_a_clock_that_is_a_little_off(self, steps: int) -> None:
        assert step_of(SECRET, code(steps), NOON, 0) == STEP + steps

    @pytest.mark.parametrize("steps", [-20, -2, 2, 20])
    def test_may_not_come_from_a_clock_that_is_far_off(self, steps: int) -> None:
        assert step_of(SECRET, code(steps), NOON, 0) is None

    @pytest.mark.parametrize("steps", [-1, 0, 1])
    def test_is_never_accepted_twice(self, steps: int) -> None:
        used = step_of(SECRET, code(steps), NOON, 0)
        assert used is not None
        for seconds in range(-PERIOD, 3 * PERIOD, 5):
            assert step_of(SECRET, code(steps), NOON + timedelta(seconds=seconds), used) is None

    def test_older_than_the_last_used_one_is_refused(self) -> None:
        assert step_of(SECRET, code(-1), NOON, STEP) is None
        assert step_of(SECRET, code(0), NOON, STEP + 1) is None

    def test_after_the_last_used_one_is_accepted(self) -> None:
        assert step_of(SECRET, code(1), NOON, STEP) == STEP + 1

    def test_may_be_typed_as_the_app_shows_it(self) -> None:
        digits = code()
        assert step_of(SECRET, f" {digits[:3]} {digits[3:]}\n", NOON, 0) == STEP
        assert step_of(SECRET, f"{digits[:3]}\u00a0{digits[3:]}", NOON, 0) == STEP

    @pytest.mark.parametrize(
        "typed",
        ["", " ", "12345", "1234567", "abcdef", "-12345", "12345.", "１２３４５６", "٠١٢٣٤٥", "0" * 100_000],
    )
    def test_that_is_none_is_refused(self, typed: str) -> None:
        assert step_of(SECRET, typed, NOON, 0) is None

    def test_of_another_secret_is_refused(self) -> None:
        assert step_of(new_secret(), code(), NOON, 0) is None


class TestASecret:
    def test_has_160_bits(self) -> None:
        assert re.fullmatch(r"[A-Z2-7]{32,}", new_secret())

    def test_is_new_each_time(self) -> None:
        assert len({new_secret() for _ in range(100)}) == 100

    def test_goes_to_the_app_under_the_names_of_account_and_site(self) -> None:
        uri = address(SECRET, "anna+kb@voorbeeld.nl", "Praktijkbank & co: Zuid")
        parts = urlsplit(uri)
        assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
        asked = parse_qs(parts.query)
        assert asked["secret"] == [SECRET]
        assert asked["issuer"] == ["Praktijkbank & co: Zuid"]
        read = pyotp.parse_uri(uri)
        assert isinstance(read, pyotp.TOTP)
        assert read.at(NOON) == code()


class TestTheQrCode:
    def test_is_one_picture_that_a_page_may_hold(self) -> None:
        picture = qr_svg(address(SECRET, "anna@voorbeeld.nl", "Praktijkbank"))
        assert isinstance(picture, Markup)
        assert ET.fromstring(picture).tag.endswith("svg")  # noqa: S314 - our own picture

    def test_has_no_style_script_or_address_that_the_security_policy_forbids(self) -> None:
        picture = qr_svg(address(SECRET, "<script>'\"@voorbeeld.nl", "<b>"))
        for word in ("style", "script", "href", "url(", "<b>", SECRET):
            assert word not in picture

    def test_is_black_on_white_whatever_the_page(self) -> None:
        picture = qr_svg(address(SECRET, "a@b.nl", "x"))
        assert 'fill="#fff"' in picture
        assert 'stroke="#000"' in picture


class TestRecoveryCodes:
    def test_are_ten_that_nobody_guesses_and_anybody_reads(self) -> None:
        codes = new_recovery_codes()
        assert len(set(codes)) == len(codes) == RECOVERY_CODES == 10
        for one in codes:
            assert re.fullmatch(r"([2-9a-hjkmnp-z]{4}-){2}[2-9a-hjkmnp-z]{4}", one)
        assert log2(31**12) > 50

    def test_are_new_each_time(self) -> None:
        assert set(new_recovery_codes()).isdisjoint(new_recovery_codes())

    def test_are_kept_hashed(self) -> None:
        (one, *_others) = new_recovery_codes()
        assert re.fullmatch(r"[0-9a-f]{64}", recovery_digest(one))
        assert one.replace("-", "") not in recovery_digest(one)

    def test_may_be_typed_with_capitals_and_without_dashes(self) -> None:
        for typed in ("ABCD-efgh-2345", "abcdefgh2345", " abcd efgh 2345 ", "abcd\u2013efgh\u20132345"):
            assert recovery_digest(typed) == recovery_digest("abcd-efgh-2345")

    def test_differ_from_each_other(self) -> None:
        assert len({recovery_digest(one) for one in new_recovery_codes()}) == 10
