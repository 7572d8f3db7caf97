"""An administrator, signed in."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.house import House
from tests.people import Person, make_person, sign_in


@pytest.fixture
def boss(house: House) -> Person:
    """The administrator of an empty knowledge base."""
    return make_person(house, "administrator", name="Ada Beheer", email="ada@example.org")


@pytest.fixture
def desk(app: Flask, boss: Person) -> FlaskClient:
    """The administrator's browser."""
    return sign_in(app.test_client(), boss)
