"""Which host names are answered, and whose word is taken for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kb import config, create_app
from kb.house import House
from tests.conftest import opened
from tests.tree import parse

ForSettings = Callable[..., FlaskClient]

GARBAGE = [
    "elsewhere.example",
    "localhost.elsewhere.example",
    "notlocalhost",
    "localhost.",
    "127.0.0.1.",
    "127.0.0.2",
    "::1",
    "[::1",
    "[::2]",
    "[::1]x",
    "localhost:http",
    "localhost:99999",
    "localhost/",
    "localhost@elsewhere.example",
    "localhost,elsewhere.example",
    "local host",
    "localhost\t",
    "<script>",
    "é",
    "*",
    ".",
    "",
    "x" * 10_000,
]


@pytest.fixture
def client_for(data: Path) -> Iterator[ForSettings]:
    """Give a maker of readers of a knowledge base with these settings."""
    houses = []

    def make(**settings: str) -> FlaskClient:
        houses.append(opened(data, **settings))
        return create_app(houses[-1]).test_client()

    yield make
    for house in houses:
        house.close()


def canonical(client: FlaskClient, path: str = "/about", **headers: str) -> str:
    """Return the page's own idea of its address, which is also the one that is shared."""
    answer = client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    assert answer.status_code == 200
    page = parse(answer.text)
    address = page.one("link", rel="canonical")["href"]
    assert page.one("meta", property="og:url")["content"] == address
    return address


def refused(client: FlaskClient, **headers: str) -> bool:
    """Tell whether a request is refused, in the way that a request for another host is."""
    answer = client.get("/", headers={name.replace("_", "-"): value for name, value in headers.items()})
    if answer.status_code == 200:
        return False
    assert answer.status_code == 400
    assert answer.mimetype == "text/plain"
    assert len(answer.text.splitlines()) == 1
    assert not any(host in answer.text for host in headers.values() if host)
    return True


@pytest.mark.parametrize("host", GARBAGE)
def test_a_host_that_is_not_ours_is_refused_plainly(client: FlaskClient, host: str) -> None:
    for path in ("/", "/nowhere", "/cases", "/static/js/site.js", "/api/v1/search", "/healthz"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 400
        assert answer.mimetype == "text/plain"
        assert "elsewhere" not in answer.text
        assert "Location" not in answer.headers
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("localhost", "http://localhost/about"),
        ("localhost:8000", "http://localhost:8000/about"),
        ("localhost:80", "http://localhost/about"),
        ("127.0.0.1:5000", "http://127.0.0.1:5000/about"),
        ("[::1]", "http://[::1]/about"),
        ("[::1]:8000", "http://[::1]:8000/about"),
        ("LocalHost:8000", "http://localhost:8000/about"),
    ],
)
def test_this_machine_is_answered_by_all_its_names(client: FlaskClient, host: str, address: str) -> None:
    assert canonical(client, Host=host) == address


def test_the_hosts_that_are_set_are_answered_and_no_others(client_for: ForSettings) -> None:
    client = client_for(KB_HOSTS="kennis.example, .dorp.example")
    assert canonical(client, Host="kennis.example") == "http://kennis.example/about"
    assert not refused(client, Host="dorp.example")
    assert not refused(client, Host="een.dorp.example:8080")
    assert refused(client, Host="www.kennis.example")
    assert refused(client, Host="mijndorp.example")
    assert refused(client, Host="kennis.example.elsewhere.example")
    assert refused(client, Host="localhost")


def test_the_base_url_is_answered_and_is_in_every_full_address(client_for: ForSettings) -> None:
    client = client_for(KB_BASE_URL="https://Praktijk.example", KB_HOSTS="localhost")
    assert canonical(client, Host="praktijk.example") == "https://praktijk.example/about"
    assert canonical(client, Host="PRAKTIJK.example:8080") == "https://praktijk.example/about"
    assert canonical(client, Host="localhost:8000") == "https://praktijk.example/about"
    assert canonical(client, path="/search?lang=en", Host="localhost") == "https://praktijk.example/search"
    assert "http://localhost" not in client.get("/").text
    assert refused(client, Host="www.praktijk.example")


def test_a_base_url_may_have_a_port_or_be_a_number(client_for: ForSettings) -> None:
    assert canonical(client_for(KB_BASE_URL="http://plein.example:8443"), Host="plein.example") == (
        "http://plein.example:8443/about"
    )
    assert (
        canonical(client_for(KB_BASE_URL="http://[::7]:8000"), Host="[::7]:8000") == "http://[::7]:8000/about"
    )


@pytest.mark.parametrize(
    ("listens", "host"),
    [("::7", "[::7]:8000"), ("192.0.2.7", "192.0.2.7"), ("Plein.example", "plein.example:8000")],
)
def test_the_address_that_it_listens_at_is_answered(data: Path, listens: str, host: str) -> None:
    house = House.open(config.with_host(config.read(data, {}), listens))
    client = create_app(house).test_client()
    assert not refused(client, Host=host)
    assert refused(client, Host="elsewhere.example")
    house.close()


def test_forwarded_headers_are_not_believed_without_a_proxy_of_ours(client: FlaskClient) -> None:
    forwarded = {
        "X_Forwarded_Host": "elsewhere.example",
        "X_Forwarded_Proto": "https",
        "X_Forwarded_Port": "1",
    }
    assert canonical(client, **forwarded, Forwarded="host=elsewhere.example") == "http://localhost/about"


def test_forwarded_headers_of_our_proxy_are_believed(client_for: ForSettings) -> None:
    client = client_for(KB_PROXIES="1", KB_HOSTS="praktijk.example")
    forwarded = {"X_Forwarded_Host": "praktijk.example", "X_Forwarded_Proto": "https"}
    assert canonical(client, Host="10.0.0.7:8000", **forwarded) == "https://praktijk.example/about"
    assert refused(client, Host="praktijk.example", X_Forwarded_Host="elsewhere.example")
    assert refused(client, Host="10.0.0.7:8000")


def test_only_as_many_proxies_are_believed_as_there_are(client_for: ForSettings) -> None:
    client = client_for(KB_PROXIES="1", KB_HOSTS="praktijk.example")
    # What the visitor sent stands first; our proxy put its own behind it.
    assert canonical(client, X_Forwarded_Host="elsewhere.example, praktijk.example") == (
        "http://praktijk.example/about"
    )
    assert refused(client, X_Forwarded_Host="praktijk.example, elsewhere.example")


def test_a_redirect_keeps_to_the_host_that_was_asked(client: FlaskClient) -> None:
    answer = client.get("/cases", headers={"Host": "127.0.0.1:8132"})
    assert answer.headers["Location"] == "http://127.0.0.1:8132/cases/"


def test_the_old_protocol_without_a_host_gets_an_answer(client: FlaskClient) -> None:
    answer = client.get("/about", environ_overrides={"HTTP_HOST": None, "SERVER_PROTOCOL": "HTTP/1.0"})
    assert answer.status_code in {200, 400}


def test_settings_name_hosts_in_one_way(house: House) -> None:
    settings = replace(house.settings, base_url="https://[::7]:8443", hosts=("Plein.example", "[::1]"))
    assert settings.trusted_hosts == ["[::7]", "plein.example", "[::1]"]
