"""Lists as people have them are read as their owners mean them, or refused with a reason."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.campaigns.importing.model import HowToRead
from switchboard.campaigns.importing.preview import preview
from switchboard.campaigns.importing.read import read_list
from switchboard.errors import Refused
from switchboard.kernel.subscriber_list import gather
from tests.support.list_corpus import READ, REFUSED, Case
from tests.support.list_workbooks import ods, xlsx


def read(case: Case) -> tuple[str, int, int]:
    """The people, the duplicates and the skipped rows; the preview's counts must add up."""
    found = read_list(case.data, HowToRead("RU", **case.said))
    told = preview(found, "RU")
    assert told["rows"] == told["kept"] + told["duplicates"] + told["skipped"] == len(found.table.rows)
    gathered = gather(found.rows(), "RU")
    people = "; ".join(f"{one.full_name}: {' '.join(one.phones)}" for one in gathered.subscribers)
    return people, gathered.duplicates, gathered.skipped


@pytest.mark.parametrize("name", READ)
def test_a_list_is_read_as_its_owner_means_it(name: str) -> None:
    """Nobody is left out without a word, and no other number is dialled."""
    case = READ[name]
    assert read(case) == (case.people, case.duplicates, case.skipped)


@pytest.mark.parametrize("name", REFUSED)
def test_a_list_that_may_mean_something_else_is_refused(name: str) -> None:
    """With a reason that says what to do."""
    case, word = REFUSED[name]
    with pytest.raises(Refused) as refused:
        read(case)
    assert word in f"{refused.value.field} {refused.value.message}"


NAME = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Cn", "Co", "Zl", "Zp"]), max_size=12).map(
    lambda text: " ".join(text.split())
)
PHONE = st.integers(0, 9_999_999).map(lambda number: f"8916{number:07d}")
TABLE = st.lists(st.tuples(NAME, PHONE, st.text("0123456789.,;| \"'aя", max_size=12)), min_size=1, max_size=6)
DIALECT = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(";,\t|"),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
        "lineterminator": st.sampled_from(["\n", "\r\n", "\r"]),
    }
)


@settings(max_examples=60, deadline=None)
@given(TABLE, DIALECT, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "workbook", "open workbook"]))
def test_any_table_in_any_dialect_is_read_back_or_refused(
    people: list[tuple[str, str, str]], dialect: dict[str, Any], encoding: str
) -> None:
    """The same names and numbers, in order and once each; never others."""
    rows = [("ФИО", "Телефон", "Прочее"), *people]
    text = io.StringIO(newline="")
    csv.writer(text, **dialect).writerows(rows)
    books = {"workbook": xlsx, "open workbook": ods}
    data = books[encoding](rows) if encoding in books else text.getvalue().encode(encoding)
    try:
        gathered = gather(read_list(data, HowToRead("RU")).rows(), "RU")
    except Refused:
        return
    wanted = {phone: name for name, phone, _ in reversed(people)}
    assert {one.phones[0]: one.full_name for one in gathered.subscribers} == wanted
    assert (gathered.counts["rows"], gathered.skipped) == (len(people), 0)
