"""The fields of the editor: their labels, what to write in them, and the checks of each. One form a kind of row.

They are filled from the content of a draft (`data=`), not from what was sent: `kb.cases.forms.parsing` reads that, and a
draft is kept whatever these forms find.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Form, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.widgets import TextArea

from kb.cases.forms import checks
from kb.cases.forms.checks import at_most
from kb.cases.models import ChallengeStatus, Origin, Perspective, Scale
from kb.cases.words import LABELS, LANGUAGE_LABELS

SCALES = {
    Scale.STREET: _l("A street"),
    Scale.NEIGHBOURHOOD: _l("A neighbourhood"),
    Scale.VILLAGE: _l("A village"),
    Scale.MUNICIPALITY: _l("A municipality"),
    Scale.REGION: _l("A region"),
}
LICENCES = ("CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0")
TEXT, LONG, NAME, LABEL = 50_000, 2000, 300, 200
"""The most characters of texts, of short texts and of names, as in the case format."""

Pairs = Sequence[tuple[str, Any]]
_PERSPECTIVES: Pairs = [(word.value, LABELS[word]) for word in Perspective]


class Marked(TextArea):
    """A text in Markdown: with buttons above it and a preview."""


class MarkedField(TextAreaField):
    """A field for text in Markdown."""

    widget = Marked()


class Choices(SelectMultipleField):
    """Any of a few words."""

    validate_choice = False


class CaseForm(Form):
    """What there is one of in a case."""

    title = StringField(
        _l("Title"),
        [at_most(NAME)],
        description=_l("Usually the name of the neighbourhood or village, with what it is about."),
    )
    summary = TextAreaField(
        _l("Summary"),
        [at_most(LONG)],
        description=_l("In three or four sentences: what was going on, what did people do, what came of it?"),
    )
    themes = Choices(_l("Themes of the case"))
    topics = StringField(
        _l("Keywords"),
        [checks.words_at_most(100, r"[,;\n]")],
        description=_l("What the case is about, with commas between: playground, vacancy, traffic."),
    )
    methods = StringField(
        _l("Methods"),
        [checks.words_at_most(100, r"[,;\n]")],
        description=_l(
            "Ways of working that were used, with commas between: neighbourhood walk, local budget."
        ),
    )
    language = SelectField(_l("Language of the text"), validate_choice=False)
    place = StringField(
        _l("Neighbourhood, village or street"),
        [at_most(LABEL)],
        description=_l("As the people who live there call it."),
    )
    municipality = StringField(
        _l("Municipality"),
        [at_most(LABEL)],
        description=_l("Choose from the list while you type; its province is filled in for you."),
    )
    province = StringField(_l("Province"), [at_most(LABEL)])
    country = StringField(
        _l("Country"), [checks.country], description=_l("In two capital letters: NL, BE, DE.")
    )
    latitude = StringField(
        _l("Latitude"), [checks.degrees(90)], description=_l("Degrees north, such as 51.95.")
    )
    longitude = StringField(
        _l("Longitude"), [checks.degrees(180)], description=_l("Degrees east, such as 6.01.")
    )
    scale = SelectField(_l("How large is the area?"), validate_choice=False)
    period_start = StringField(_l("Began in"), [checks.year], description=_l("A year, such as 2016."))
    period_end = StringField(
        _l("Ended in"),
        [checks.year, checks.not_before("period_start")],
        description=_l("Leave it empty when it is still going on."),
    )
    participants = Choices(_l("Who took part?"))
    authors = TextAreaField(
        _l("Authors"),
        [checks.words_at_most(NAME, r"\n")],
        description=_l("Who wrote this down, one name on a line."),
    )
    licence = SelectField(
        _l("Reuse"),
        validate_choice=False,
        description=_l("What others may do with the text. CC BY: use it, and say where it comes from."),
    )
    story = MarkedField(
        _l("What happened"),
        [at_most(500_000)],
        description=_l("In order, for somebody who was not there. Headings, lists and links are possible."),
    )


class PartnerForm(Form):
    """An organisation that took part."""

    name = StringField(_l("Name of the organisation"), [at_most(NAME)])
    url = StringField(_l("Web address"), [checks.address, at_most(LONG)])


class ChallengeForm(Form):
    """A difficulty, as a chain."""

    title = StringField(
        _l("The challenge in one sentence"), [at_most(NAME)], description=_l("What was hard, and for whom?")
    )
    cause = MarkedField(_l("Cause"), [at_most(TEXT)], description=_l("Where did this come from?"))
    cause_unknown = Choices(_l("The sources do not say what caused it"))
    approach = MarkedField(_l("Approach"), [at_most(TEXT)], description=_l("What did people do about it?"))
    outcome = MarkedField(_l("Outcome"), [at_most(TEXT)], description=_l("What came of that?"))
    status = RadioField(_l("How do things stand now?"), validate_choice=False)
    themes = Choices(_l("Themes"))


class LessonForm(Form):
    """An advice, and where it comes from."""

    statement = TextAreaField(
        _l("The lesson"),
        [at_most(LONG)],
        description=_l("One or two sentences, as advice to somebody elsewhere."),
    )
    explanation = MarkedField(
        _l("Explanation"), [at_most(TEXT)], description=_l("Why does this help, and how do you go about it?")
    )
    challenge = SelectField(_l("Comes from the challenge"), validate_choice=False)
    themes = Choices(_l("Themes of the lesson"))
    perspectives = Choices(_l("Who tells it?"))
    origin = RadioField(_l("Where does it come from?"), validate_choice=False)


class TimelineForm(Form):
    """Something that happened."""

    date = StringField(
        _l("When"),
        [checks.needed_date],
        description=_l("2016-11-26, or as far as you know it: 2016-11, 2016."),
    )
    what = TextAreaField(_l("What happened"), [at_most(LONG)])


class SourceForm(Form):
    """Where something can be read or heard."""

    title = StringField(_l("Title of the source"), [at_most(NAME)])
    url = StringField(_l("Web address"), [checks.address, at_most(LONG)])
    publisher = StringField(_l("Who published it"), [at_most(NAME)])
    accessed = StringField(
        _l("Read on"), [checks.day], description=_l("The date on which you read it: 2026-11-23.")
    )


class AttachmentForm(Form):
    """What is said of a file."""

    title = StringField(_l("Title of the file"), [at_most(NAME)])
    maker = StringField(_l("Who made it"), [at_most(NAME)])
    licence = StringField(
        _l("Licence"), [at_most(60)], description=_l("What others may do with it, such as CC-BY-4.0.")
    )
    alt = TextAreaField(
        _l("In words, for who can't see the picture"),
        [at_most(LONG)],
        description=_l("What is to be seen, as far as it matters to the story."),
    )


ROW_FORMS: Mapping[str, type[Form]] = {
    "partners": PartnerForm,
    "challenges": ChallengeForm,
    "lessons": LessonForm,
    "timeline": TimelineForm,
    "sources": SourceForm,
    "attachments": AttachmentForm,
}


def case_form(content: Mapping[str, Any], themes: Pairs) -> CaseForm:
    """Return the form of what there is one of, filled."""
    form = CaseForm(data=dict(content))
    form.themes.choices = list(themes)
    form.participants.choices = list(_PERSPECTIVES)
    form.language.choices = _with(LANGUAGE_LABELS.items(), content["language"])
    form.scale.choices = [(word.value, label) for word, label in SCALES.items()]
    form.licence.choices = _with([(word, word) for word in LICENCES], content["licence"])
    return form


def row_form(name: str, at: int, row: Mapping[str, Any], themes: Pairs, challenges: Pairs) -> Form:
    """Return the form of a row, filled; `challenges` are the keys and titles that a lesson can hang on."""
    data = dict(row)
    if name == "challenges":
        data["cause_unknown"] = [row["cause_unknown"]] if row["cause_unknown"] else []
    form = ROW_FORMS[name](data=data, prefix=f"{name}-{at}-")
    choices: dict[str, Iterable[tuple[str, Any]]] = {
        "themes": themes,
        "perspectives": _PERSPECTIVES,
        "challenge": challenges,
        "cause_unknown": [("yes", _l("The sources do not say what caused it"))],
        "status": [(word.value, LABELS[word]) for word in ChallengeStatus],
        "origin": [(word.value, LABELS[word]) for word in Origin],
    }
    for field in form:
        if field.short_name in choices and hasattr(field, "choices"):
            field.choices = list(choices[field.short_name])
    return form


def _with(pairs: Iterable[tuple[str, Any]], value: str) -> list[tuple[str, Any]]:
    """Return these choices, and the value itself where it is none of them."""
    found = list(pairs)
    return found if not value or value in {word for word, _label in found} else [*found, (value, value)]
