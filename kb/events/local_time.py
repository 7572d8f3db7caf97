"""Times as the clock on the wall shows them, with the zone that the clock is in; zones come from the IANA database."""

from __future__ import annotations

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from kb.core import Refusal

HOME = "Europe/Amsterdam"
"""The zone of a session whose lead names none."""


@cache
def zones() -> frozenset[str]:
    """Return the names of all zones."""
    return frozenset(available_timezones())


def moment(shown: dt.datetime, zone: str) -> dt.datetime:
    """Return the moment, in UTC, at which the clock of a zone shows this date and time.

    Raises:
        Refusal: there is no such zone, or the clock skips this time or shows it twice, as it does when it is changed.

    """
    if zone not in zones():
        raise Refusal("“%(zone)s” is not a time zone. Choose one such as Europe/Amsterdam.", zone=zone[:60])
    place = ZoneInfo(zone)
    first, second = shown.replace(tzinfo=place, fold=0), shown.replace(tzinfo=place, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(dt.UTC)
    # Where the clock is put forward, no moment shows this time: going there and back ends elsewhere.
    if first.astimezone(dt.UTC).astimezone(place).replace(tzinfo=None) != shown:
        raise Refusal("This time does not exist: that night the clock skips it. Choose an hour later.")
    raise Refusal("That night the clock shows this time twice. Choose an hour earlier or later.")
