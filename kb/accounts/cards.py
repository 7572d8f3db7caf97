"""What account pages show: plain frozen values, so that no template can send a query."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LoginView:
    """One browser in which somebody is signed in."""

    number: int
    device: str
    began: str
    used: str
    remembered: bool
    here: bool


@dataclass(frozen=True)
class AccountView:
    """Somebody's own account."""

    name: str
    email: str
    language: str
    roles: tuple[str, ...]
    notifications: tuple[str, ...]
    has_step: bool
    must_have_step: bool
    codes_left: int
    logins: tuple[LoginView, ...]


@dataclass(frozen=True)
class FormView:
    """A form as it was typed: the values of its fields, and what is wrong, as (field or "", sentence)."""

    values: dict[str, str]
    errors: tuple[tuple[str, str], ...] = ()

    def value(self, name: str) -> str:
        """Return what stands in a field."""
        return self.values.get(name, "")

    def error(self, name: str) -> str | None:
        """Return what is wrong in a field."""
        return next((sentence for field, sentence in self.errors if field == name), None)
