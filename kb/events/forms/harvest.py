"""The form by which notes become something: what all kinds share, and the fields of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import StopValidation, ValidationError

from kb.cases.fields import date_in_words
from kb.cases.forms.case import Choices
from kb.cases.forms.checks import at_most
from kb.cases.models import Perspective
from kb.cases.services.recognising import LONGEST_LINE
from kb.cases.words import LABELS
from kb.events.models import Harvested, HarvestKind
from kb.events.services.harvesting import LONGEST_NAME, LONGEST_TEXT, LONGEST_TITLE, Wording, state
from kb.events.words import HARVEST_KINDS

TEXT = 20_000
"""Characters of what may be said besides."""
MORE = {
    HarvestKind.LESSON: ("explanation",),
    HarvestKind.CHALLENGE: ("cause", "approach", "outcome"),
}
TEXTS = {
    HarvestKind.LESSON: "statement",
    HarvestKind.CHALLENGE: "title",
    HarvestKind.RECOGNITION: "line",
    HarvestKind.ACTION: "what",
}
"""The field that holds what each kind is about."""
OTHERS = {
    HarvestKind.LESSON: (*MORE[HarvestKind.LESSON], "themes", "perspectives", "case"),
    HarvestKind.CHALLENGE: (*MORE[HarvestKind.CHALLENGE], "themes", "case"),
    HarvestKind.RECOGNITION: ("place", "lesson", "themes", "case"),
    HarvestKind.ACTION: ("owner", "due", "themes"),
}
"""The other fields of each kind."""


@dataclass(frozen=True)
class Offered:
    """What can be chosen: cases as (slug, title), their lessons as (number, statement, slug of the case), themes."""

    cases: Sequence[tuple[str, str]]
    lessons: Sequence[tuple[int, str, str]]
    themes: Sequence[tuple[str, str]]


def _of(kind: HarvestKind, sentence: object) -> Callable[[Form, Field], None]:
    """Return a check that the field was filled in, which counts for one kind only."""

    def check(form: Form, field: Field) -> None:
        if form["kind"].data != kind.value:
            field.errors = []
            raise StopValidation
        if not (field.data or "").strip():
            raise StopValidation(str(sentence))

    return check


class HarvestForm(Form):
    """What somebody makes of notes."""

    kind = RadioField(_l("Make of this"), validate_choice=False)
    seen = HiddenField()
    statement = TextAreaField(
        _l("The lesson"),
        [_of(HarvestKind.LESSON, _l("Write the lesson down.")), at_most(LONGEST_TEXT)],
        description=_l("One or two sentences, as advice to somebody elsewhere."),
    )
    explanation = TextAreaField(_l("Explanation"), [at_most(TEXT)])
    title = TextAreaField(
        _l("The challenge in one sentence"),
        [_of(HarvestKind.CHALLENGE, _l("Write the challenge down.")), at_most(LONGEST_TITLE)],
        description=_l("What was hard, and for whom?"),
    )
    cause = TextAreaField(_l("Cause"), [at_most(TEXT)])
    approach = TextAreaField(_l("Approach"), [at_most(TEXT)])
    outcome = TextAreaField(_l("Outcome"), [at_most(TEXT)])
    line = TextAreaField(
        _l("What happens there too"),
        [_of(HarvestKind.RECOGNITION, _l("Say in a line what is recognised.")), at_most(LONGEST_LINE)],
        description=_l("In one line: how is it there?"),
    )
    place = StringField(
        _l("Where"),
        [at_most(LONGEST_NAME)],
        description=_l("A neighbourhood, village or municipality; no name of a person."),
    )
    lesson = SelectField(_l("What is recognised"), validate_choice=False)
    what = TextAreaField(
        _l("What will be done"),
        [_of(HarvestKind.ACTION, _l("Say what will be done.")), at_most(LONGEST_TEXT)],
    )
    owner = StringField(
        _l("Who does it"),
        [_of(HarvestKind.ACTION, _l("Say who does it.")), at_most(LONGEST_NAME)],
        description=_l("An organisation or a role. Everybody can read this."),
    )
    due = StringField(_l("By when"), [_of(HarvestKind.ACTION, _l("Say by when it will be done."))])
    themes = Choices(_l("Themes"))
    perspectives = Choices(_l("Who tells it?"))
    case = SelectField(_l("For the case"), validate_choice=False)

    def validate_due(self, field: StringField) -> None:
        """Check that this is a day, as a browser's own calendar sends it."""
        if self.kind.data == HarvestKind.ACTION.value and _day(field.data) is None:
            raise ValidationError(_("Type a date such as 2026-11-23."))

    def validate_case(self, field: SelectField) -> None:
        """Check that a case was chosen, for what belongs to one."""
        known = [str(choice[0]) for choice in field.choices or ()]
        if self.kind.data != HarvestKind.ACTION.value and field.data not in known:
            raise ValidationError(_("Choose one of the cases of this session."))

    def wording(self, offered: Offered) -> Wording:
        """Return what was typed, when it is right."""
        kind = HarvestKind(self.kind.data)
        of_lesson = {str(number): (number, slug) for number, _statement, slug in offered.lessons}
        chosen = self.lesson.data if kind is HarvestKind.RECOGNITION else None
        lesson, of_case = of_lesson.get(chosen or "", (0, self.case.data or ""))
        known = {slug for slug, _name in offered.themes}
        return Wording(
            kind=kind,
            text=self[TEXTS[kind]].data or "",
            case=of_case,
            more={name: self[name].data or "" for name in MORE.get(kind, ())},
            themes=tuple(slug for slug in self.themes.data or () if slug in known),
            perspectives=tuple(
                word.value for word in Perspective if word.value in (self.perspectives.data or ())
            ),
            lesson=lesson,
            place=self.place.data or "",
            owner=self.owner.data or "",
            due=_day(self.due.data),
        )

    def beside(self, row: Harvested) -> tuple[tuple[str, str], ...]:
        """Return what of this now stands otherwise than it was typed: the name of each field, and its text or choices in words."""
        kind, now = HarvestKind(self.kind.data), standing(row)
        names = (TEXTS[kind], *OTHERS[kind])
        return tuple(
            (str(self[name].label.text), _in_words(self[name], now.get(name)))
            for name in names
            if (self[name].data or "") != (now.get(name) or "")
        )

    @property
    def wrong(self) -> tuple[tuple[str, str], ...]:
        """What is not right: the id of the field and why."""
        return tuple((field.id, str(field.errors[0])) for field in self if field.errors)


def harvest_form(offered: Offered, sent: Any = None, data: Mapping[str, object] | None = None) -> HarvestForm:
    """Return the form, filled with what was sent or with what stands there."""
    form = HarvestForm(sent, data=data)
    kinds = [kind for kind in HarvestKind if offered.cases or kind is HarvestKind.ACTION]
    form.kind.choices = [(kind.value, str(HARVEST_KINDS[kind])) for kind in kinds]
    if form.kind.data not in {kind.value for kind in kinds}:
        form.kind.data = kinds[0].value
    form.themes.choices = list(offered.themes)
    form.perspectives.choices = [(word.value, LABELS[word]) for word in Perspective]
    form.case.choices = list(offered.cases)
    if len(offered.cases) == 1:
        form.case.data = offered.cases[0][0]
    titles = dict(offered.cases)
    several = len(offered.cases) > 1
    form.lesson.choices = [
        ("", _("the case as a whole")),
        *(
            (str(number), f"{titles.get(slug, '')}: {statement}" if several else statement)
            for number, statement, slug in offered.lessons
        ),
    ]
    return form


def standing(row: Harvested) -> dict[str, object]:
    """Return what was harvested as the data of the form."""
    words: dict[str, object] = dict(row.proposal.row) if row.proposal else {}
    words.pop("challenge", None)
    return {
        "themes": list(row.themes),
        "perspectives": [],
        **words,
        "kind": row.kind.value,
        "seen": state(row),
        "line": row.text,
        "what": row.text,
        "place": row.place,
        "owner": row.owner,
        "due": row.due.isoformat() if row.due else "",
        "case": row.case.slug if row.case else "",
        "lesson": str(row.recognition.lesson_id) if row.recognition else "",
    }


def _in_words(field: Field, data: Any) -> str:
    """Return what a field holds: a text as it is, a day and choices as readers see them."""
    if field.short_name == "due":
        return date_in_words(data or "")
    choices = dict(getattr(field, "choices", None) or ())
    some = data if isinstance(data, list) else [data or ""]
    return ", ".join(str(choices.get(one, one)) for one in some)


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat((text or "").strip())
    except ValueError:
        return None
