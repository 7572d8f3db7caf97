"""A session as its own page shows it: frozen values, made from rows that were loaded with all that belongs to them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from kb.accounts.actor import Actor
from kb.cases.policy import may_read as may_read_case
from kb.core import now
from kb.events import policy
from kb.events.cards import LinkView
from kb.events.models import Event, ProgrammeItem, Setting
from kb.events.when import time_words, when_words
from kb.events.words import MOVES, SETTINGS, STATUSES
from kb.markup import markdown


@dataclass(frozen=True)
class ProgrammeView:
    """A part of the programme: its times for machines and for people, and what happens."""

    iso: str
    time: str
    title: str
    speaker: str
    setting: str


@dataclass(frozen=True)
class MoveView:
    """What a lead can do with the session as a whole; `primary` is the usual next step."""

    label: str
    url: str
    primary: bool


@dataclass(frozen=True)
class LeadView:
    """What a lead of the session sees besides: where it stands, what he can do, and who leads it."""

    status: str
    edit_url: str
    participants_url: str
    rooms_url: str
    moves: tuple[MoveView, ...]
    cancel_url: str
    delete_url: str
    leads: tuple[LinkView, ...]
    others: tuple[tuple[int, str], ...]
    leads_url: str


@dataclass(frozen=True)
class EventPage:
    """A session with its programme, rooms, questions, materials and cases. What the reader can't do has an empty address."""

    slug: str
    url: str
    title: str
    language: str
    when: str
    starts_iso: str
    status: str
    status_label: str
    cancelled: bool
    place: str
    online_url: str
    organisers: tuple[LinkView, ...]
    introduction: Markup
    programme: tuple[ProgrammeView, ...]
    rooms: tuple[LinkView, ...]
    questions: tuple[str, ...]
    materials: tuple[LinkView, ...]
    cases: tuple[LinkView, ...]
    series: LinkView | None
    over: bool
    copy_url: str
    lead: LeadView | None


def event_page(event: Event, actor: Actor, language: str, others: tuple[tuple[int, str], ...]) -> EventPage:
    """Return the page of a session; `others` are people who could lead it too, as (id, name)."""
    series = event.series
    return EventPage(
        slug=event.slug,
        url=url_for("events.show", slug=event.slug),
        title=event.title,
        language=event.language,
        when=when_words(event, language),
        starts_iso=event.starts_at.isoformat(),
        status=event.status.value,
        status_label=str(STATUSES[event.status]),
        cancelled=event.cancelled,
        place=event.place,
        online_url=event.online_url,
        organisers=tuple(LinkView(row["name"], row.get("url", "")) for row in event.organisers),
        introduction=markdown(event.introduction),
        programme=tuple(_part(row, language) for row in event.programme),
        rooms=tuple(LinkView(row.name, row.url, row.lead) for row in event.rooms),
        questions=tuple(row.text for row in event.questions),
        materials=tuple(LinkView(row.title, row.url) for row in event.materials),
        cases=tuple(
            LinkView(
                row.case.title, url_for("cases.show", slug=row.case.slug), row.presenter, row.case.language
            )
            for row in event.cases
            if may_read_case(row.case)
        ),
        series=LinkView(series.title, url_for("events.series", slug=series.slug)) if series else None,
        over=event.ends_at < now() or event.cancelled,
        copy_url=url_for("events.new", like=event.slug) if policy.may_begin(actor) else "",
        lead=_lead(event, others) if policy.may_lead(actor, event) else None,
    )


def _part(row: ProgrammeItem, language: str) -> ProgrammeView:
    start = time_words(row.starts, language)
    return ProgrammeView(
        iso=f"{row.starts:%H:%M}",
        time=f"{start}–{time_words(row.ends, language)}" if row.ends else start,
        title=row.title,
        speaker=row.speaker,
        setting=str(SETTINGS[row.setting]) if row.setting is Setting.ROOMS else "",
    )


def _lead(event: Event, others: tuple[tuple[int, str], ...]) -> LeadView:
    def address(endpoint: str, **values: object) -> str:
        return url_for(f"events.{endpoint}", slug=event.slug, **values)  # type: ignore[arg-type]  # words and numbers

    leads = {person.id for person in event.leads}
    draft = not policy.may_read(event)
    return LeadView(
        status=str(STATUSES[event.status]),
        edit_url=address("edit"),
        participants_url=url_for("registration.participants", slug=event.slug),
        rooms_url=url_for("registration.rooms", slug=event.slug) if event.rooms else "",
        moves=tuple(
            MoveView(str(MOVES[event.status, status]), address("move", status=status.value), at == 0)
            for at, status in enumerate(policy.NEXT[event.status])
        ),
        cancel_url="" if draft or not policy.may_be_cancelled(event) else address("cancel"),
        delete_url=address("delete") if draft else "",
        leads=tuple(
            LinkView(person.name or _("somebody"), address("remove_lead", person=person.id))
            for person in event.leads
        ),
        others=tuple(one for one in others if one[0] not in leads),
        leads_url=address("add_lead"),
    )
