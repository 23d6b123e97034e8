"""Decide what each column of a table is: as the caller says, by the headings, or by the content without any doubt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from switchboard.campaigns.importing.headings import is_part_of_name, may_mean_numbers, reading_of
from switchboard.campaigns.importing.model import Column, HowToRead, ImportedTable, Line, Reading, Sheet, TableKind
from switchboard.errors import Invalid
from switchboard.kernel.numbers import listed_numbers, number_and_extension, to_e164
from switchboard.kernel.numbers.plan import plan_of

MOST_ABOVE = 30  # lines of titles above the headings
SAMPLES = 3
LONGEST_SAMPLE = 60
SHORTEST, LONGEST = 10, 15  # digits of a number that is known by its content
UNSAID = (
    "No column is known to hold telephone numbers. Say what the columns are, e.g. ?columns=name,phone,- "
    "(name, phone, extension, email, or - for a column to ignore)."
)
WIDER = "The row has more cells than there are headings."
_WORDS = {
    "name": Reading.NAME,
    "phone": Reading.PHONE,
    "phones": Reading.PHONE,
    "number": Reading.PHONE,
    "email": Reading.EMAIL,
    "emails": Reading.EMAIL,
    "extension": Reading.EXTENSION,
    "ext": Reading.EXTENSION,
    "reason": Reading.REASON,
    "until": Reading.UNTIL,
    "-": Reading.IGNORED,
    "": Reading.IGNORED,
}
_DIGITS = re.compile(r"[0-9]")
_DIGIT_RUN = re.compile(r"\+?[0-9](?:[0-9\s().\-]*[0-9])?")
_DATE = re.compile(r"[0-9]{1,2}[.\-][0-9]{1,2}[.\-][0-9]{4}(?: [0-9]{1,2})?|[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9]{1,2})?")
LONG = 7  # digits of a number that is neither in headings nor in titles
_DEFAULT = {
    TableKind.DO_NOT_CALL: (Reading.PHONE, Reading.REASON, Reading.UNTIL),
}
Readings = Sequence[Reading]


def table_of(sheet: Sheet, how: HowToRead) -> ImportedTable:
    """Return the table with its columns. Raises Invalid if no column is known to hold numbers or e-mail addresses."""
    lines = [line for line in sheet.lines if sheet.is_headed or any(map(str.strip, line.cells))]
    if not lines:
        raise Invalid("There is nobody in this list.", "body")
    if how.columns:
        headed, readings = _said(lines, how)
    else:
        headed, readings = _found(lines, how, is_headed=sheet.is_headed)
    headings = lines[headed].cells if headed is not None else ()
    rows = _rows(lines, headed)
    width = max(len(readings), len(headings), *(len(line.cells) for line in rows), 0) if rows else len(readings)
    readings = [*readings, *[Reading.IGNORED] * (width - len(readings))]
    columns = [
        Column(place + 1, _cell(headings, place).strip()[:LONGEST_SAMPLE], reading, _samples(rows, place))
        for place, reading in enumerate(readings)
    ]
    checked = [_checked(line, len(headings)) for line in rows] if headings else rows
    about = {} if headed is None or sheet.is_headed else {"headings": lines[headed].number}
    return ImportedTable(columns, checked, {**sheet.told, **about})


def names_numbers(cells: Sequence[str], table: TableKind = TableKind.SUBSCRIBERS) -> bool:
    """Whether cells are headings, one of which names numbers or e-mail addresses."""
    readings = {reading_of(cell, table) for cell in cells}
    return bool(readings & {Reading.PHONE, Reading.EMAIL}) and not any(map(_is_value, cells))


def _rows(lines: Sequence[Line], headed: int | None) -> list[Line]:
    """Return the lines below the headings, without repeats of the headings, as on printed pages."""
    if headed is None:
        return list(lines)
    headings = tuple(lines[headed].cells)
    return [line for line in lines[headed + 1 :] if tuple(line.cells) != headings]


def _said(lines: Sequence[Line], how: HowToRead) -> tuple[int | None, list[Reading]]:
    """Return the readings that the caller says, and the line of the headings if there is one."""
    words = [word.strip().casefold() for word in how.columns.split(",")]
    unknown = [word for word in words if word not in _WORDS]
    if unknown:
        raise Invalid("Each must be name, phone, extension, email or -.", "columns")
    readings = [_WORDS[word] for word in words]
    if not {Reading.PHONE, Reading.EMAIL} & set(readings):
        raise Invalid("One of the columns must be phone or email.", "columns")
    if len(readings) > max(len(line.cells) for line in lines):
        raise Invalid("There are fewer columns in the file.", "columns")
    headed = _heading_line(lines, how.table)
    if headed is None and _is_unlike_values(lines, readings):
        headed = 0
    return headed, readings


def _is_unlike_values(lines: Sequence[Line], readings: Readings) -> bool:
    """Whether the first line has words, and no digit or address, where all lines below have values."""
    places = [place for place, one in enumerate(readings) if one in {Reading.PHONE, Reading.EMAIL}]
    first = [cell for place in places if (cell := _cell(lines[0].cells, place).strip())]
    if not first or any(_DIGITS.search(cell) or "@" in cell for cell in first) or len(lines) == 1:
        return False
    return all(any(_is_value(_cell(line.cells, place)) for place in places) for line in lines[1:4])


def _found(lines: Sequence[Line], how: HowToRead, *, is_headed: bool) -> tuple[int | None, list[Reading]]:
    headed = 0 if is_headed else _heading_line(lines, how.table)
    if headed is not None:
        return headed, _by_headings(lines, headed, how)
    if not any(map(_is_value, lines[0].cells)) and len(lines) > 1:
        weak = _weak(lines, 0, how)
        if weak is not None:
            return 0, weak
    return None, _by_content(lines, how)


def _heading_line(lines: Sequence[Line], table: TableKind) -> int | None:
    """Return the first line of headings. Above it there are titles alone. Raises Invalid if there are values above."""
    for place, line in enumerate(lines[:MOST_ABOVE]):
        if names_numbers(line.cells, table):
            if any(_is_value(cell) for above in lines[:place] for cell in above.cells):
                raise Invalid(f"Line {line.number} has headings, but there are numbers above.", "body")
            return place
    return None


def _by_headings(lines: Sequence[Line], headed: int, how: HowToRead) -> list[Reading]:
    headings = lines[headed].cells
    readings = [reading_of(heading, how.table) or Reading.IGNORED for heading in headings]
    if Reading.PHONE not in readings and Reading.EMAIL not in readings:
        weak = _weak(lines, headed, how)
        if weak is None:
            raise Invalid(_unsaid(headings), "columns")
        return weak
    if Reading.PHONE not in readings:
        readings = _weak(lines, headed, how) or readings
        if Reading.PHONE not in readings and _may_hold_numbers(lines[headed + 1 :], readings):
            raise Invalid(_unsaid(headings), "columns")
    return _with_one_name(headings, _with_extensions(readings))


def _may_hold_numbers(rows: Sequence[Line], readings: Readings) -> bool:
    """Whether a column that is not understood may hold the numbers, so that only e-mail addresses would be read."""
    ignored = [place for place, reading in enumerate(readings) if reading is Reading.IGNORED]
    return any(_is_value(_cell(line.cells, place)) for place in ignored for line in rows)


def _with_one_name(headings: Sequence[str], readings: list[Reading]) -> list[Reading]:
    """Ignore the parts of a name where another column has the whole name."""
    names = [place for place, reading in enumerate(readings) if reading is Reading.NAME]
    parts = [place for place in names if is_part_of_name(headings[place])]
    for place in parts if len(parts) < len(names) else ():
        readings[place] = Reading.IGNORED
    return readings


def _with_extensions(readings: list[Reading]) -> list[Reading]:
    """Ignore extensions without a column of numbers before them."""
    seen = False
    for place, reading in enumerate(readings):
        seen = seen or reading is Reading.PHONE
        if reading is Reading.EXTENSION and not seen:
            readings[place] = Reading.IGNORED
    return readings


def _weak(lines: Sequence[Line], headed: int, how: HowToRead) -> list[Reading] | None:
    """Return the readings if exactly one column is `Number` or `Номер`, and each of its cells is a telephone."""
    headings = lines[headed].cells
    places = [place for place, heading in enumerate(headings) if may_mean_numbers(heading)]
    if len(places) != 1:
        return None
    is_own_word = how.table is TableKind.DO_NOT_CALL
    if not is_own_word and not _holds_telephones(lines[headed + 1 :], places[0], how.region):
        return None
    readings = [reading_of(heading, how.table) or Reading.IGNORED for heading in headings]
    readings[places[0]] = Reading.PHONE
    return readings


def _by_content(lines: Sequence[Line], how: HowToRead) -> list[Reading]:
    """Return the readings if exactly one column holds telephones of 10 to 15 digits. Raises Invalid otherwise."""
    width = max(len(line.cells) for line in lines)
    default = _DEFAULT.get(how.table)
    if default is not None and width <= len(default) and not _has_telephones_beside(lines, width):
        return list(default[:width])
    phones = [place for place in range(width) if _holds_telephones(lines, place, how.region)]
    emails = [place for place in range(width) if _holds_addresses(lines, place)]
    if len(phones) > 1 or not (phones or emails):
        raise Invalid(_unsaid(lines[0].cells if not any(map(_is_value, lines[0].cells)) else ()), "columns")
    readings = [Reading.IGNORED] * width
    for place in emails:
        readings[place] = Reading.EMAIL
    for place in phones:
        readings[place] = Reading.PHONE
    names = [place for place in range(width) if readings[place] is Reading.IGNORED and _holds_names(lines, place)]
    if len(names) == 1:
        readings[names[0]] = Reading.NAME
    return readings


def _unsaid(headings: Sequence[str]) -> str:
    told = [heading.strip()[:LONGEST_SAMPLE] for heading in headings if heading.strip() and not _DIGITS.search(heading)]
    return f"{UNSAID} The file has: {', '.join(told[:20])}." if told else UNSAID


def _has_telephones_beside(lines: Sequence[Line], width: int) -> bool:
    return any(_is_value(_cell(line.cells, place)) for line in lines for place in range(1, width))


def _values(lines: Sequence[Line], place: int) -> list[str]:
    return [cell for line in lines if (cell := _cell(line.cells, place).strip())]


def _holds_telephones(lines: Sequence[Line], place: int, region: str) -> bool:
    values = _values(lines, place)
    return bool(values) and all(_is_telephone(value, region) for value in values)


def _is_telephone(value: str, region: str) -> bool:
    """Whether a value can only be telephones of 10 to 15 digits that a numbering plan knows."""
    try:
        numbers = [number_and_extension(one)[0] for one in listed_numbers(value, region)]
    except ValueError:
        return False
    return bool(numbers) and all(_is_beyond_doubt(number, region) for number in numbers)


def _is_beyond_doubt(number: str, region: str) -> bool:
    digits, plan = number.lstrip("+"), plan_of(region)
    if not SHORTEST <= len(digits) <= LONGEST:
        return False
    if number.startswith("+"):
        return to_e164(number, region) is not None
    if plan.length and len(digits) == plan.length:
        return plan.mobile.fullmatch(digits) is not None
    return (plan.international(digits, plus=False) or to_e164(number, region)) is not None


def _holds_addresses(lines: Sequence[Line], place: int) -> bool:
    values = _values(lines, place)
    return bool(values) and all("@" in value and " " not in value for value in values)


def _holds_names(lines: Sequence[Line], place: int) -> bool:
    values = _values(lines, place)
    return bool(values) and not any(_DIGITS.search(value) or "@" in value for value in values)


def _is_value(cell: str) -> bool:
    """Whether a cell is a number of seven digits or more, or an e-mail address; headings and titles are none."""
    text = cell.strip()
    if "@" in text:
        return " " not in text and "." in text.rpartition("@")[2]
    runs = _DIGIT_RUN.finditer(text) if len(text) <= LONGEST_SAMPLE else ()
    return any(len(_DIGITS.findall(run[0])) >= LONG and not _DATE.fullmatch(run[0]) for run in runs)


def _checked(line: Line, width: int) -> Line:
    """Return a line; with a problem if there are more cells than headings: a delimiter may stand in a cell."""
    beyond = any(cell.strip() for cell in line.cells[width:])
    return replace(line, problem=line.problem or WIDER) if beyond else line


def _samples(rows: Sequence[Line], place: int) -> tuple[str, ...]:
    found: list[str] = []
    for line in rows:
        if (cell := " ".join(_cell(line.cells, place).split())) and len(found) < SAMPLES:
            found.append(masked(cell[:LONGEST_SAMPLE]))
        if len(found) == SAMPLES:
            break
    return tuple(found)


def masked(text: str) -> str:
    """Return a text in which the middle of each number is hidden: `8916***4567`."""
    return _DIGIT_RUN.sub(_masked, text)


def _masked(found: re.Match[str]) -> str:
    digits = [place for place, char in enumerate(found[0]) if char.isdecimal()]
    count = len(digits)
    if count < 5:  # noqa: PLR2004 - a short number, a house, a year
        return found[0]
    ends = min(4, count // 3)
    hidden = set(digits[ends : count - ends])
    return "".join("*" if place in hidden else char for place, char in enumerate(found[0]))


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""
