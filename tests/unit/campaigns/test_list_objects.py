"""Lists of subscribers as JSON (sp5000-cato, section 3.2)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.campaigns.importing.model import HowToRead
from switchboard.campaigns.importing.read import read_list
from switchboard.errors import Invalid
from switchboard.kernel.subscriber_list import Row, gather

IVAN = {"fullName": "Ivan", "phones": "776429", "emails": ""}
OLGA = {"fullName": "Olga", "phones": ["776413", "776450"], "emails": ""}
BOTH = [("Ivan", ("776429",)), ("Olga", ("776413", "776450"))]


def rows(text: str) -> list[Row]:
    return list(read_list(text.encode("utf-8", "surrogatepass"), HowToRead("RU", "application/json")).rows())


def people(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.full_name, one.phones) for one in gather(rows(text), "RU").subscribers]


@pytest.mark.parametrize("between", ["", "\n", " \r\n\t", ",", " , "])
def test_arrays_one_after_the_other_are_one_list(between: str) -> None:
    """As in the document's own example; what stands between them may be a comma."""
    assert people(json.dumps([IVAN]) + between + json.dumps([OLGA])) == BOTH


def test_one_array_and_single_objects_are_lists() -> None:
    """However many."""
    assert people(json.dumps([IVAN, OLGA])) == BOTH
    assert people(f"{json.dumps(IVAN)}\n{json.dumps(OLGA)}") == BOTH
    assert people("  ") == people("[]") == []


@pytest.mark.parametrize(
    ("phones", "read"),
    [
        ("776429", ("776429",)),
        (776429, ("776429",)),
        (["776429", 776430], ("776429", "776430")),
        ("776429, 776430; 776431", ("776429", "776430", "776431")),
        ("", ()),
        (None, ()),
        ([], ()),
        (["", " "], ()),
    ],
)
def test_numbers_come_as_text_or_as_a_list(phones: Any, read: tuple[str, ...]) -> None:
    """A string, a list, several in one string, JSON's own numbers; nothing is an empty list."""
    found = gather(rows(json.dumps([{"fullName": "A", "phones": phones, "emails": "a@x.example"}])), "RU")
    assert [one.phones for one in found.subscribers] == [read]


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (7, ""),
        ("776429", ""),
        ([[IVAN]], ""),
        ({**IVAN, "fullName": {"first": "Ivan"}}, "fullName"),
        ({**IVAN, "phones": {"a": 1}}, "phones"),
        ({**IVAN, "phones": True}, "phones"),
        ({**IVAN, "phones": 7.5}, "phones"),
        ({**IVAN, "phones": [["776429"]]}, "phones"),
        ({**IVAN, "phones": "7" * 20_000}, "phones"),
        ({**IVAN, "emails": [7.5]}, "emails"),
    ],
)
def test_a_row_of_a_wrong_type_is_a_problem_of_that_row(entry: Any, field: str) -> None:
    """The others are read all the same."""
    found = gather(rows(json.dumps([entry, OLGA])), "RU")
    assert [(one.row, one.field) for one in found.problems] == [(1, field)]
    assert [one.phones for one in found.subscribers] == [("776413", "776450")]


@pytest.mark.parametrize(
    "text", ["{", "[1", "7", '"x"', "null", "true", "[]]", "[" * 100_000, "nonsense", "[NaN", "\x00"]
)
def test_what_is_no_list_is_refused(text: str) -> None:
    """Cut off, of another kind, or bottomless."""
    with pytest.raises(Invalid):
        rows(text)


def test_half_a_surrogate_pair_does_no_harm() -> None:
    """It cannot be written down, and becomes a question mark."""
    (row,) = rows('[{"fullName": "\\ud800x", "phones": "776429"}]')
    assert row.name == "?x"


@given(st.text(max_size=200))
def test_any_text_is_rows_or_refused(text: str) -> None:
    """Nothing else ever comes of it."""
    try:
        found = rows(text)
    except Invalid:
        return
    assert all(isinstance(row, Row) for row in found)


JSON_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
ENTRY = st.fixed_dictionaries({}, optional={"fullName": JSON_VALUE, "phones": JSON_VALUE, "emails": JSON_VALUE})


@given(st.lists(ENTRY | JSON_VALUE, max_size=5))
def test_any_array_has_a_row_for_each_entry(entries: list[Any]) -> None:
    """In their order, with a problem where nothing can be read."""
    try:
        found = rows(json.dumps(entries))
    except Invalid:
        return
    assert [row.number for row in found] == list(range(1, len(entries) + 1))
    assert all(row.problem or isinstance(row.name, str) for row in found)
