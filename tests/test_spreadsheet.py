"""TRUST 57: a spreadsheet reads our rows, and obeys none of them."""

from __future__ import annotations

import csv
import io

import pytest

from kb.spreadsheet import cell, csv_text


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u00a0=1",
        "\uff1d1",
        "=cmd|' /C calc'!A0",
    ],
)
def test_trust_57_a_cell_is_no_formula(text: str) -> None:
    assert cell(text) == "'" + text


@pytest.mark.parametrize("text", ["", "wijkschouw", "a=b", "'=1", "3-4", "Ada, Bo"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert cell(text) == text


def test_rows_come_back_as_they_were() -> None:
    rows = [["a", 'b "c", d'], ["é\nf", "=2"]]
    text = csv_text(["one", "two"], rows)
    assert text.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(text[1:]))) == [["one", "two"], rows[0], ["é\nf", "'=2"]]
