"""Who writes cases in these tests."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.house import House
from tests.people import Person, make_person, sign_in


@pytest.fixture
def anna(house: House) -> Person:
    """An author."""
    return make_person(house, "author", name="Anna Bakker")


@pytest.fixture
def author(app: Flask, anna: Person) -> FlaskClient:
    """Her browser, in which she has signed in."""
    return sign_in(app.test_client(), anna)
