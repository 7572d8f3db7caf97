"""The form of a session: its fields, how rows are added and moved, and the record that it comes to.

Without JavaScript every button sends the whole form, so the page comes back with all that was typed: `act` does what
a button says to the data, and a fresh form is made of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import ValidationError

from kb.cases.forms.checks import address, at_most
from kb.cases.forms.checks import day as a_day
from kb.cases.words import LANGUAGE_LABELS
from kb.core import Refusal
from kb.events.forms.checks import a_time, filled, tidy_time
from kb.events.local_time import HOME, moment, zones
from kb.events.models import Registration, Setting
from kb.events.records import Record
from kb.events.texts import tidy, tidy_text
from kb.events.words import REGISTRATIONS, SETTINGS

NAME, LINE, ADDRESS, TEXT = 200, 300, 2000, 20_000
"""The most characters of names, of lines, of web addresses and of texts."""
MOST_ROWS = 60
MOST_PEOPLE = 100_000
NEW_SERIES = "+"
OVERSEAS = ("America/Aruba", "America/Curacao", "America/Paramaribo", "UTC")
"""Zones that are offered besides those of Europe: where Dutch is spoken too."""

Errors = tuple[tuple[str, str], ...]
Choices = Sequence[tuple[str, str]]


class OrganiserForm(Form):
    """Who organises the session."""

    name = StringField(
        _l("Name"),
        [filled(_l("Fill in who organises it, or remove this row.")), at_most(NAME)],
        filters=[tidy],
    )
    url = StringField(_l("Web address"), [at_most(ADDRESS), address], filters=[tidy])


class CaseForm(Form):
    """A case that the session talks about."""

    case = SelectField(_l("Case"), [filled(_l("Choose a case, or remove this row."))], validate_choice=False)
    presenter = StringField(_l("Who presents it"), [at_most(LINE)], filters=[tidy])


class ProgrammeForm(Form):
    """A part of the programme."""

    start = StringField(
        _l("From"), [filled(_l("Fill in when this part begins.")), a_time], filters=[tidy_time]
    )
    end = StringField(_l("To"), [a_time], filters=[tidy_time])
    title = StringField(
        _l("What"), [filled(_l("Say in a few words what happens then.")), at_most(LINE)], filters=[tidy]
    )
    speaker = StringField(_l("Who speaks"), [at_most(LINE)], filters=[tidy])
    setting = SelectField(_l("How"), validate_choice=False)


class RoomForm(Form):
    """A break-out room."""

    key = HiddenField()
    name = StringField(_l("Name"), [filled(_l("Give the room a name.")), at_most(NAME)], filters=[tidy])
    lead = StringField(_l("Session lead in this room"), [at_most(NAME)], filters=[tidy])
    url = StringField(_l("Own link"), [at_most(ADDRESS), address], filters=[tidy])


class QuestionForm(Form):
    """A learning question."""

    key = HiddenField()
    text = StringField(
        _l("Question"), [filled(_l("Write the question, or remove it.")), at_most(500)], filters=[tidy]
    )


class MaterialForm(Form):
    """Something to read or watch."""

    title = StringField(_l("Title"), [filled(_l("Say what it is.")), at_most(LINE)], filters=[tidy])
    url = StringField(
        _l("Web address"), [filled(_l("Say where it is.")), at_most(ADDRESS), address], filters=[tidy]
    )


class EventForm(Form):
    """What there is one of in a session, and its rows."""

    title = StringField(
        _l("Title"),
        [filled(_l("Give the session a title.")), at_most(LINE)],
        filters=[tidy],
        description=_l("What it is about, as it stands in an invitation."),
    )
    introduction = TextAreaField(
        _l("Introduction"),
        [at_most(TEXT)],
        filters=[tidy_text],
        description=_l(
            "Why you come together, and for whom it is. Headings, lists and links work: ## heading, - item, [text](address)."
        ),
    )
    language = SelectField(_l("Language of the session"), validate_choice=False)
    start_day = StringField(_l("Day"), [filled(_l("Choose the day of the session.")), a_day], filters=[tidy])
    start_time = StringField(_l("From"), [filled(_l("Fill in when it begins.")), a_time], filters=[tidy_time])
    end_time = StringField(_l("To"), [filled(_l("Fill in when it ends.")), a_time], filters=[tidy_time])
    end_day = StringField(
        _l("Last day"), [a_day], filters=[tidy], description=_l("Only when it ends on another day.")
    )
    timezone = SelectField(_l("Time zone"), validate_choice=False)
    place = StringField(
        _l("Place"),
        [at_most(LINE)],
        filters=[tidy],
        description=_l("Where people meet; for a session online: Teams, Zoom."),
    )
    online_url = StringField(
        _l("Link to join online"),
        [at_most(ADDRESS), address],
        filters=[tidy],
        description=_l(
            "Everybody who sees this page sees it. Leave it empty when you mail it to participants."
        ),
    )
    registration = RadioField(_l("Signing up"), validate_choice=False)
    registration_url = StringField(
        _l("Web address of that page"), [at_most(ADDRESS), address], filters=[tidy]
    )
    capacity = StringField(
        _l("How many people can come"),
        filters=[tidy],
        description=_l(
            "Leave it empty when there is room for everybody. Who comes too late gets on a waiting list."
        ),
    )
    series = SelectField(_l("Series"), validate_choice=False)
    new_series = StringField(_l("Name of the new series"), [at_most(LINE)], filters=[tidy])
    organisers = FieldList(FormField(OrganiserForm), max_entries=MOST_ROWS)
    cases = FieldList(FormField(CaseForm), max_entries=MOST_ROWS)
    programme = FieldList(FormField(ProgrammeForm), max_entries=MOST_ROWS)
    rooms = FieldList(FormField(RoomForm), max_entries=MOST_ROWS)
    questions = FieldList(FormField(QuestionForm), max_entries=MOST_ROWS)
    materials = FieldList(FormField(MaterialForm), max_entries=MOST_ROWS)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check the fields, and then that the times fit each other and that the clock shows them."""
        good = super().validate(extra_validators)
        times = (self.start_day, self.start_time, self.end_time, self.end_day)
        if any(field.errors for field in times):
            return False
        moments = []
        for field, when in ((self.start_time, self.start), (self.end_time, self.end)):
            try:
                moments.append(moment(dt.datetime.fromisoformat(when), self.timezone.data))
            except Refusal as refusal:
                field.errors = [_(refusal.sentence, **refusal.values)]
                return False
        if moments[1] <= moments[0]:
            self.end_time.errors = [_("A session ends after it begins. Look at its times.")]
            return False
        return good

    def validate_registration_url(self, field: StringField) -> None:
        """Check that who has to sign up elsewhere is told where."""
        if self.registration.data == Registration.ELSEWHERE.value and not field.data:
            raise ValidationError(_("Fill in where people sign up."))

    def validate_capacity(self, field: StringField) -> None:
        """Check that this is a number of people."""
        text = field.data or ""
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MOST_PEOPLE)) else 0
        if text and not 1 <= number <= MOST_PEOPLE:
            raise ValidationError(_("Type a number from 1 to %(most)s, or leave it empty.", most=MOST_PEOPLE))

    def validate_new_series(self, field: StringField) -> None:
        """Check that a new series has a name."""
        if self.series.data == NEW_SERIES and not field.data:
            raise ValidationError(_("Give the new series a name."))

    @property
    def start(self) -> str:
        """When it begins, as a record has it."""
        return f"{self.start_day.data}T{self.start_time.data}"

    @property
    def end(self) -> str:
        """When it ends, as a record has it."""
        return f"{self.end_day.data or self.start_day.data}T{self.end_time.data}"


FIELDS_OF = {
    "organisers": OrganiserForm,
    "cases": CaseForm,
    "programme": ProgrammeForm,
    "rooms": RoomForm,
    "questions": QuestionForm,
    "materials": MaterialForm,
}
"""The lists of rows of the form, in its order."""


@dataclass(frozen=True)
class Acted:
    """What a button did to the rows: the form's data, and the id of the field that takes the focus."""

    data: dict[str, Any]
    focus: str


def act(data: dict[str, Any], what: str) -> Acted | None:
    """Do what a button says: `add:rooms`, `remove:rooms:2`, `up:rooms:2` or `down:rooms:2`; None for anything else."""
    verb, _colon, rest = what.partition(":")
    rows_name, _colon, number = rest.partition(":")
    if rows_name not in FIELDS_OF:
        return None
    rows = list(data[rows_name])
    first = next(name for name in FIELDS_OF[rows_name]().data if name != "key")
    at = int(number) if number.isascii() and number.isdigit() and len(number) < len("1000") else -1
    if verb == "add" and len(rows) < MOST_ROWS:
        rows.append({})
        at = len(rows) - 1
    elif verb == "remove" and 0 <= at < len(rows):
        del rows[at]
        at = min(at, len(rows) - 1)
    elif verb in {"up", "down"} and 0 <= at < len(rows):
        to = max(0, at - 1) if verb == "up" else min(len(rows) - 1, at + 1)
        rows.insert(to, rows.pop(at))
        at = to
    else:
        return None
    focus = f"{rows_name}-{at}-{first}" if rows else f"{rows_name}-add"
    return Acted({**data, rows_name: rows}, focus)


def form_of(record: Record) -> dict[str, Any]:
    """Return a record as data of the form."""
    start_day, _t, start_time = record["start"].partition("T")
    end_day, _t, end_time = record["end"].partition("T")
    series = record["series"]
    return {
        **{name: value for name, value in record.items() if name not in {"start", "end", "series"}},
        "start_day": start_day,
        "start_time": start_time,
        "end_day": "" if end_day == start_day else end_day,
        "end_time": end_time,
        "capacity": str(record["capacity"] or ""),
        "series": series["slug"] if series else "",
    }


def without_empty_rows(form: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return what was sent without the rows in which nothing was typed: they are not meant."""
    typed: dict[tuple[str, str], bool] = {}
    for name, value in form.items(multi=True):
        rows, _dash, rest = name.partition("-")
        number, _dash, field = rest.partition("-")
        if rows in FIELDS_OF and field not in {"key", "setting"}:
            typed[rows, number] = typed.get((rows, number), False) or bool(value.strip())
    empty = tuple(f"{rows}-{number}-" for (rows, number), any_ in typed.items() if not any_)
    kept = [
        (name, value) for name, value in form.items(multi=True) if not empty or not name.startswith(empty)
    ]
    return MultiDict(kept)


def record_from(form: EventForm, before: Record) -> Record:
    """Return the record that a form comes to; what it does not ask for stays as it was in `before`."""
    data = form.data
    series = data["series"]
    told: dict[str, Any] | None = {"slug": series, "title": "", "introduction": ""} if series else None
    if series == NEW_SERIES:
        told = {"slug": "", "title": data["new_series"], "introduction": ""}
    elif before["series"] and before["series"]["slug"] == series:
        told = before["series"]
    return {
        **before,
        **{name: data[name] for name in ("title", "introduction", "timezone", "place", "online_url")},
        **{name: data[name] for name in ("registration_url", *FIELDS_OF)},
        "capacity": int(data["capacity"]) if data["capacity"] else None,
        "language": _known(data["language"], LANGUAGE_LABELS, before["language"]),
        "registration": _known(data["registration"], list(Registration), before["registration"]),
        "programme": [
            {**row, "setting": _known(row["setting"], list(Setting), Setting.PLENARY.value)}
            for row in data["programme"]
        ],
        "series": told,
        "start": form.start,
        "end": form.end,
    }


def fill_choices(form: EventForm, *, series: Choices, cases: Choices) -> EventForm:
    """Give the lists of the form what can be chosen: series and cases that there are, and zones."""
    form.series.choices = [("", _("none")), *series, (NEW_SERIES, _("A new series"))]
    offered = sorted({zone for zone in zones() if zone.startswith("Europe/")} | {form.timezone.data or HOME})
    form.timezone.choices = [(zone, zone.replace("_", " ")) for zone in (*offered, *OVERSEAS)]
    form.language.choices = list(LANGUAGE_LABELS.items())
    form.registration.choices = [(one.value, label) for one, label in REGISTRATIONS.items()]
    for row in form.cases:
        row.form.case.choices = [("", _("Choose a case")), *cases]
    for item in form.programme:
        item.form.setting.choices = [(one.value, label) for one, label in SETTINGS.items()]
    return form


def errors_of(form: EventForm) -> Errors:
    """Return what is not right in the form, in its order: (id of the field, sentence)."""
    found: list[tuple[str, str]] = []
    for field in form:
        if isinstance(field, FieldList):
            found += [(one.id, str(one.errors[0])) for row in field for one in row.form if one.errors]
        elif field.errors:
            found.append((field.id, str(field.errors[0])))
    return tuple(found)


def _known(value: str, allowed: Iterable[str], usual: str) -> str:
    return value if value in list(allowed) else usual
