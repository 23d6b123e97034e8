"""The pages about the dialects say what the tables in the code say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from local.matrix import PAGE, names, page
from switchboard.dialects.callevents.tables import RESULT_CODES, TIMES
from switchboard.dialects.registry import DIALECTS, readers
from switchboard.dialects.sprecord.tables import STATUSES
from switchboard.dialects.standard.fields import FIELDS
from switchboard.dialects.standard.tables import FIELDS as TELLS
from switchboard.dialects.vpbx.tables import DIRECTIONS, DISPOSITION_CODES, FREE_TYPES, NAMES
from switchboard.kernel.call import Disposition, Kind
from tests.unit.builders import TABLES

PAGES = Path(__file__).parents[3] / "docs" / "dialects"


def rows(page: str, head: str) -> dict[str, list[list[str]]]:
    """The table under this first heading: each row's other cells, as the words in code, by its first cell's words."""
    found: dict[str, list[list[str]]] = {}
    for table in re.findall(r"(?:^\|.*\n)+", (PAGES / f"{page}.md").read_text(), re.MULTILINE):
        lines = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in table.splitlines()]
        if lines[0][0] == head:
            for first, *rest in lines[2:]:
                found[first.strip("`")] = [re.findall(r"`([^`]+)`", cell) for cell in rest]
    assert found, f"{page} has no table of {head}"
    return found


OF_THE_HUB = tuple(kind for kind in Kind if kind.value.startswith(("command.", "recording.")))


def left_as(kind: Kind) -> list[str]:
    if kind in OF_THE_HUB:
        return [f"custom.{kind.value}"]
    return [NAMES[kind]] if kind in NAMES else []


def test_every_dialect_has_its_page() -> None:
    """And nothing else has one beside the overview and the matrix. Some pages have a twin in Russian."""
    english = {page.stem for page in PAGES.glob("*.md") if not page.name.endswith(".ru.md")}
    assert english == {*DIALECTS, "README", "matrix"}


def test_is_vpbx_s_events_are_those_of_the_code() -> None:
    """Each with its kind; it leaves as it came."""
    told = {name: cells for name, cells in rows("vpbx", "event").items() if not name.startswith("any")}
    assert told == {name: [[kind.value], [name]] for name, kind in TABLES["vpbx"].KINDS.items()}


def test_is_vpbx_s_codes_are_those_of_the_code() -> None:
    """Directions, and dispositions in both directions."""
    dispositions = TABLES["vpbx"].DISPOSITIONS.items()
    assert rows("vpbx", "code") == {str(code): [[direction.value]] for code, direction in DIRECTIONS.items()}
    assert rows("vpbx", "in") == {code: [[disposition.value]] for code, disposition in dispositions}
    assert rows("vpbx", "disposition") == {one.value: [[code]] for one, code in DISPOSITION_CODES.items()}


def test_every_free_type_is_on_the_page() -> None:
    """With its kind."""
    told = [cells[0] for name, cells in rows("vpbx", "event").items() if name.startswith("any")]
    assert told == [*([kind.value] for kind in FREE_TYPES.values()), [Kind.UNKNOWN.value]]


def test_hook_types_are_those_of_the_code() -> None:
    """Each with its kind, the field of its time, and what it leaves as."""
    expected = {name: [[kind.value], [TIMES[kind]], left_as(kind)] for name, kind in TABLES["callevents"].KINDS.items()}
    assert rows("callevents", "`HookType`") == expected


def test_event_types_are_those_of_the_code() -> None:
    """Each with its kind and what it leaves as."""
    expected = {name: [[kind.value], left_as(kind)] for name, kind in TABLES["sprecord"].KINDS.items()}
    assert rows("sprecord", "`event_type`") == expected


@pytest.mark.parametrize(("page", "head"), [("callevents", "`ResultCode`"), ("sprecord", "`status`")])
def test_results_are_those_of_the_code(page: str, head: str) -> None:
    """Each with our word and IS.VPBX's; what is unknown may be either of two."""
    expected = {
        code: [[found.value], [DISPOSITION_CODES[found]] if found in DISPOSITION_CODES else ["ANSWER", "NOANSWER"]]
        for code, found in TABLES[page].DISPOSITIONS.items()
    }
    assert rows(page, head) == expected


def test_callbacks_are_those_of_the_code() -> None:
    """Each with its kind, and directions."""
    assert rows("kontur", "callback") == {name: [[kind.value]] for name, kind in TABLES["kontur"].KINDS.items()}
    assert rows("kontur", "`direction`") == {
        name: [[found.value] if found else []] for name, found in TABLES["kontur"].DIRECTIONS.items()
    }


@pytest.mark.parametrize("page", readers())
def test_a_page_names_the_zone_of_its_dialect(page: str) -> None:
    """Where nothing else is set for the source."""
    assert f"`{TABLES[page].ZONE}`" in (PAGES / f"{page}.md").read_text()


def test_the_matrix_is_that_of_the_code() -> None:
    """`make pages` writes it."""
    assert PAGE.read_text() == page()


def test_hook_types_that_leave_are_those_of_the_code() -> None:
    """For every kind that has one, all that it can be told by."""
    expected = {kind.value: [sorted(names("callevents", kind))] for kind in Kind if names("callevents", kind)}
    assert {kind: [sorted(cells[0])] for kind, cells in rows("callevents", "what happens").items()} == expected


def test_event_types_that_leave_are_those_of_the_code() -> None:
    """For every kind that has one."""
    expected = {kind.value: [names("sprecord", kind)] for kind in Kind if names("sprecord", kind)}
    assert rows("sprecord", "what happens") == expected


@pytest.mark.parametrize(("page", "codes"), [("callevents", RESULT_CODES), ("sprecord", STATUSES)])
def test_results_that_leave_are_those_of_the_code(page: str, codes: dict[Disposition, str]) -> None:
    """For every disposition that has a word of its own."""
    assert rows(page, "disposition") == {found.value: [[code]] for found, code in codes.items()}


def test_fields_of_the_standard_dialect_are_those_of_the_code() -> None:
    """Every type with its fields, and every field with its meaning."""
    common = TELLS[Kind.LEG_STARTED]
    of_no_call = {kind.value for kind, fields in TELLS.items() if not set(common) <= set(fields)}
    told = {kind: cells[0] for kind, cells in rows("standard", "`type`").items()}
    expected = {kind.value: [one for one in fields if one not in common] for kind, fields in TELLS.items()}
    assert {**told, **dict.fromkeys(of_no_call)} == {**expected, **dict.fromkeys(of_no_call)}
    for kind in of_no_call:
        assert {*told[kind], *common[:3]} == set(TELLS[Kind(kind)])
    assert set(rows("standard", "field")) == set(FIELDS)
