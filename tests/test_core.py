from datetime import UTC, datetime, timedelta

import pytest

from kb.core import DataError, KbError, NotFound, QueryError, SettingError, now


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (KbError("x"), 400),
        (SettingError("x"), 500),
        (DataError("x"), 503),
        (QueryError("x"), 400),
        (NotFound("x"), 404),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_error_has_its_status_and_sentence(error: KbError, status: int) -> None:
    assert isinstance(error, KbError)
    assert error.status == status
    assert str(error) == "x"


def test_a_query_error_keeps_what_its_translation_needs() -> None:
    error = QueryError("“%(name)s” is 100%% odd.", name="page")
    assert str(error) == "“page” is 100% odd."
    assert error.sentence == "“%(name)s” is 100%% odd."
    assert error.values == {"name": "page"}


def test_now_has_its_zone() -> None:
    moment = now()
    assert moment.tzinfo is UTC
    assert abs(moment - datetime.now(UTC)) < timedelta(minutes=1)
