"""The form by which somebody signs up for a session."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, StringField
from wtforms.validators import ValidationError

from kb.cases.forms.checks import at_most
from kb.cases.models import Perspective
from kb.cases.words import LABELS
from kb.events.forms.checks import filled
from kb.events.services.registering import Who
from kb.events.texts import tidy
from kb.mail_url import is_address

NAME, ADDRESS = 200, 254


class SignupForm(Form):
    """Who comes, and from where."""

    name = StringField(_l("Your name"), [filled(_l("Fill in your name.")), at_most(NAME)], filters=[tidy])
    email = StringField(
        _l("E-mail address"), [filled(_l("Fill in your e-mail address.")), at_most(ADDRESS)], filters=[tidy]
    )
    organisation = StringField(
        _l("Organisation or group"),
        [at_most(NAME)],
        filters=[tidy],
        description=_l("Such as your municipality, village council or foundation."),
    )
    perspective = SelectField(_l("As what you come"), validate_choice=False)

    def validate_email(self, field: StringField) -> None:
        """Check that mail can be sent to the address."""
        if not is_address(field.data or ""):
            raise ValidationError(str(_l("Check this address: it should look like name@example.org.")))

    def who(self, language: str) -> Who:
        """Return what was told."""
        known = [one.value for one in Perspective]
        chosen = self.perspective.data
        return Who(
            name=self.name.data or "",
            email=self.email.data or "",
            organisation=self.organisation.data or "",
            perspective=Perspective(chosen) if chosen in known else None,
            language=language,
        )


def with_choices(form: SignupForm) -> SignupForm:
    """Give the form what can be chosen."""
    form.perspective.choices = [
        ("", str(_l("choose, if you like"))),
        *((one.value, LABELS[one]) for one in Perspective),
    ]
    return form
