"""Lists as spreadsheets write them."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.campaigns.spreadsheet import decoded, read_rows
from switchboard.errors import Invalid
from switchboard.kernel.subscriber_list import Row


def read(text: str) -> list[tuple[int, str, tuple[str, ...], tuple[str, ...]]]:
    return [(row.number, row.name, row.phones, row.emails) for row in read_rows(text)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_headings_name_the_columns(delimiter: str, end: str) -> None:
    """In any order, with whatever between them."""
    lines = [["Телефон", "Город", "ФИО", "E-mail"], ["776429", "Пермь", "Ли Анна", "a@x.example"]]
    text = end.join(delimiter.join(line) for line in lines)
    assert read(text) == [(2, "Ли Анна", ("776429",), ("a@x.example",))]


def test_there_may_be_several_columns_of_numbers() -> None:
    """Empty cells are left out. One cell may hold several numbers."""
    text = 'fullName,phone 1,phone_2,phones\nAnna,776429,,"776430; 776431|776432"\nBo,,776433,\n'
    assert read(text) == [
        (2, "Anna", ("776429", "776430", "776431", "776432"), ()),
        (3, "Bo", ("776433",), ()),
    ]


def test_without_headings_the_first_column_is_the_name() -> None:
    """Each further column is a number, or an e-mail address if it has an @."""
    assert read("Ли Анна;776429;776430;a@x.example\n") == [(1, "Ли Анна", ("776429", "776430"), ("a@x.example",))]


def test_numbers_alone_are_a_list_as_well() -> None:
    """A line each, also with a `+` or a space."""
    assert read("776429\n+7 916 000-11-22\n\n776431") == [
        (1, "", ("776429",), ()),
        (2, "", ("+7 916 000-11-22",), ()),
        (4, "", ("776431",), ()),
    ]


def test_a_name_may_have_the_delimiter_and_line_ends_in_it() -> None:
    """In quotes."""
    assert read('name,phone\n"Ли, Анна\nИвановна",776429\n') == [(2, "Ли, Анна\nИвановна", ("776429",), ())]


@pytest.mark.parametrize("encoding", ["", "utf-8", "UTF8", '"utf-8"'])
def test_utf8_is_understood_with_its_mark_and_without(encoding: str) -> None:
    """Excel writes one."""
    assert decoded("\ufeffЛи".encode(), encoding) == decoded("Ли".encode(), encoding) == "Ли"


@pytest.mark.parametrize("encoding", ["cp1251", "Windows-1251", " windows-1251 "])
def test_the_windows_encoding_is_understood_if_told(encoding: str) -> None:
    """And refused if not told, for it is no UTF-8."""
    data = "Ли".encode("cp1251")
    assert decoded(data, encoding) == "Ли"
    with pytest.raises(Invalid) as refused:
        decoded(data, "")
    assert refused.value.field == "encoding"


@pytest.mark.parametrize("encoding", ["utf-7", "rot13", "idna", "x" * 1000])
def test_other_encodings_are_refused(encoding: str) -> None:
    """By the name of the field."""
    with pytest.raises(Invalid) as refused:
        decoded(b"x", encoding)
    assert refused.value.field == "encoding"


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@given(st.text(max_size=300))
def test_any_text_is_rows_or_refused(text: str) -> None:
    """Nothing else ever comes of it."""
    try:
        found = list(read_rows(text))
    except Invalid:
        return
    assert all(isinstance(row, Row) for row in found)


@given(st.lists(st.tuples(CELL.filter(str.strip), st.from_regex(r"\+?[0-9]{2,15}", fullmatch=True)), max_size=20))
def test_what_a_spreadsheet_writes_is_read_back(people: list[tuple[str, str]]) -> None:
    """Names with quotes, delimiters and whatever else."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([("fullName", "phones"), *people])
    assert [(row.name, row.phones) for row in read_rows(text.getvalue())] == [
        (name.strip(), (phone,)) for name, phone in people
    ]
