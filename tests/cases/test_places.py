"""The list of municipalities and provinces: complete for its year, and found however somebody types the name."""

from __future__ import annotations

import json
import re
from collections import Counter
from importlib.resources import files
from typing import Any

import pytest
import yaml

from kb.cases.places import (
    YEAR,
    Municipality,
    find,
    find_province,
    municipalities,
    provinces,
    suggest,
)
from kb.cases.transfer import SAMPLES

EACH = {
    "Drenthe": 12,
    "Flevoland": 6,
    "Fryslân": 18,
    "Gelderland": 51,
    "Groningen": 10,
    "Limburg": 31,
    "Noord-Brabant": 56,
    "Noord-Holland": 44,
    "Overijssel": 25,
    "Utrecht": 26,
    "Zeeland": 13,
    "Zuid-Holland": 50,
}
"""How many municipalities each province has in the year of the list; 342 together."""


def called(name: str) -> Municipality:
    found = find(name)
    assert found is not None, name
    return found


def dutch_samples() -> list[dict[str, Any]]:
    cases = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(SAMPLES.glob("*.yaml"))]
    return [case for case in cases if case["country"] == "NL"]


class TestTheList:
    def test_has_the_twelve_provinces_with_their_codes(self) -> None:
        assert [province.name for province in provinces()] == sorted(EACH)
        assert sorted(province.code for province in provinces()) == [f"PV{n}" for n in range(20, 32)]

    def test_has_every_municipality_of_its_year(self) -> None:
        assert Counter(one.province for one in municipalities()) == EACH
        assert len(municipalities()) == 342

    def test_gives_each_its_own_name_and_code(self) -> None:
        assert len({one.code for one in municipalities()}) == 342
        assert len({one.name for one in municipalities()}) == 342
        assert [one.code for one in municipalities() if not re.fullmatch(r"GM\d{4}", one.code)] == []

    def test_holds_the_latest_reorganisations_and_not_the_next(self) -> None:
        names = {one.name for one in municipalities()}
        assert names.isdisjoint({"Weesp", "Brielle", "Hellevoetsluis", "Westvoorne", "Heerhugowaard", "Uden"})
        assert names >= {"Voorne aan Zee", "Dijk en Waard", "Land van Cuijk", "Maashorst", "Wijdemeren"}

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("Duiven", "GM0226"),
            ("Amsterdam", "GM0363"),
            ("'s-Gravenhage", "GM0518"),
            ("Rotterdam", "GM0599"),
            ("Utrecht", "GM0344"),
            ("Groningen", "GM0014"),
            ("Voorne aan Zee", "GM1992"),
            ("Vijfheerenlanden", "GM1961"),
        ],
    )
    def test_has_the_codes_of_statistics_netherlands(self, name: str, code: str) -> None:
        assert called(name).code == code

    def test_says_its_year_source_licence_and_how_it_was_made(self) -> None:
        said = json.loads(files("kb.cases").joinpath("places.json").read_text(encoding="utf-8"))
        assert said["year"] == YEAR
        assert "Statistics Netherlands" in said["source"]
        assert said["licence"] == "CC-BY-4.0"
        assert len(said["made"]) > 3

    def test_stands_in_the_order_that_readers_look_names_up(self) -> None:
        names = [one.name for one in municipalities()]
        assert names[0] == "Aa en Hunze"
        assert names[-1] == "Zwolle"
        assert names.index("Gouda") < names.index("'s-Gravenhage") < names.index("Groningen")
        assert names.index("Steenwijkerland") < names.index("Súdwest-Fryslân") < names.index("Terneuzen")


class TestFind:
    @pytest.mark.parametrize(
        ("typed", "name"),
        [
            ("duiven", "Duiven"),
            ("  DUIVEN ", "Duiven"),
            ("gemeente Duiven", "Duiven"),
            ("De gemeente Duiven", "Duiven"),
            ("Utrecht (gemeente)", "Utrecht"),
            ("Den Haag", "'s-Gravenhage"),
            ("’s-Gravenhage", "'s-Gravenhage"),
            ("s gravenhage", "'s-Gravenhage"),
            ("Den Bosch", "'s-Hertogenbosch"),
            ("s-Hertogenbosch", "'s-Hertogenbosch"),
            ("sudwest fryslan", "Súdwest-Fryslân"),
            ("Su\u0301dwest-Frysla\u0302n", "Súdwest-Fryslân"),
            ("De Friese Meren", "De Fryske Marren"),
            ("Nuenen", "Nuenen, Gerwen en Nederwetten"),
            ("hengelo (o.)", "Hengelo"),
            ("Stein (L.)", "Stein"),
            ("Bergen (NH)", "Bergen (NH.)"),
            ("bergen (limburg)", "Bergen (L.)"),
            ("Reusel de Mierden", "Reusel-De Mierden"),
        ],
    )
    def test_knows_a_municipality_however_it_is_typed(self, typed: str, name: str) -> None:
        assert called(typed).name == name

    @pytest.mark.parametrize(
        "typed", ["", " ", "gemeente", "Lutjebroek", "Antwerpen", "Duive", "%", "a" * 10_000]
    )
    def test_does_not_guess(self, typed: str) -> None:
        assert find(typed) is None

    def test_takes_no_side_between_two_of_one_name(self) -> None:
        assert find("Bergen") is None
        limburg, holland = find("Bergen", "Limburg"), find("Bergen", "Noord-Holland")
        assert limburg is not None
        assert holland is not None
        assert (limburg.name, holland.name) == ("Bergen (L.)", "Bergen (NH.)")

    def test_wants_the_province_to_agree(self) -> None:
        assert find("Duiven", "gelderland") == called("Duiven")
        assert find("Duiven", "Limburg") is None
        assert find("Duiven", "Atlantis") is None

    def test_finds_every_name_it_lists(self) -> None:
        for one in municipalities():
            for name in (one.name, *one.also):
                assert find(name) == one, name

    def test_finds_every_dutch_place_of_the_sample_cases(self) -> None:
        cases = dutch_samples()
        assert len(cases) > 10
        for case in cases:
            province = find_province(case["province"])
            assert province is not None
            assert province.name == case["province"]
            if case.get("municipality"):
                found = find(case["municipality"], case["province"])
                assert found is not None, case["municipality"]
                assert found.name == case["municipality"]

    @pytest.mark.parametrize(
        ("typed", "name"),
        [
            ("Friesland", "Fryslân"),
            ("fryslan", "Fryslân"),
            ("provincie Utrecht", "Utrecht"),
            ("noord holland", "Noord-Holland"),
        ],
    )
    def test_knows_a_province_however_it_is_typed(self, typed: str, name: str) -> None:
        found = find_province(typed)
        assert found is not None
        assert found.name == name

    def test_knows_no_other_province(self) -> None:
        assert find_province("Holland") is None
        assert find_province("") is None


class TestSuggest:
    @pytest.mark.parametrize(
        ("typed", "names"),
        [
            ("duiv", ["Duiven"]),
            ("den h", ["Den Helder", "'s-Gravenhage"]),
            ("gravenh", ["'s-Gravenhage"]),
            ("'s-h", ["'s-Hertogenbosch"]),
            ("gelre", ["Oost Gelre"]),
            ("fries", ["De Fryske Marren"]),
            ("bergen", ["Bergen (L.)", "Bergen (NH.)", "Bergen op Zoom"]),
            ("gemeente wij", ["Wijchen", "Wijdemeren", "Wijk bij Duurstede"]),
        ],
    )
    def test_puts_the_beginning_of_a_name_before_a_later_word(self, typed: str, names: list[str]) -> None:
        found = [one.name for one in suggest(typed)]
        assert found[: len(names)] == names

    def test_ends_with_the_names_that_hold_it_further_on(self) -> None:
        assert [one.name for one in suggest("ijssel")] == [
            "IJsselstein",
            "Capelle aan den IJssel",
            "Krimpen aan den IJssel",
            "Oude IJsselstreek",
        ]

    def test_gives_no_more_than_asked(self) -> None:
        assert len(suggest("a", 5)) == 5
        assert len(suggest("a")) == 8
        assert suggest("a", 0) == ()

    @pytest.mark.parametrize("typed", ["", "  ", "xyz", "*", "gemeente "])
    def test_has_nothing_to_say_to_nothing(self, typed: str) -> None:
        assert suggest(typed) == ()
