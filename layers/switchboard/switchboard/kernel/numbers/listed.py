"""Read the telephone numbers in a cell of a list to be dialled: every digit is understood, or the cell is refused.

The reader of events is lenient, because an event must not be lost. A list is dialled, so nothing is guessed here.
"""

from __future__ import annotations

import re
from functools import lru_cache

from switchboard.kernel.numbers.address import read_address
from switchboard.kernel.numbers.clean import LONGEST, clean
from switchboard.kernel.numbers.hidden import is_hidden
from switchboard.kernel.numbers.machine import from_machine, is_rounded
from switchboard.kernel.numbers.plan import plan_of
from switchboard.kernel.numbers.read import to_e164
from switchboard.kernel.numbers.telephone import EXTENSION_MARK

SHORTEST_PUBLIC = 7  # digits; a shorter number has no extension
EXTENSIONS = (3, 4)  # digits behind a mere comma; fewer may be other last digits, and more another number
LONGEST_REST = 4  # digits of `52` in `210-69-51/52`
NO_DATE = "It looks like a date."
NO_AMOUNT = "It looks like an amount of money or another decimal number."
NEGATIVE = "It is a negative number."
DIGITS_LOST = "A spreadsheet has lost digits of this number: format the column as text."
WORDS = "There is something beside the number."
LENGTH = "A number is 2 to 15 digits with an optional leading +."
DOUBT = "It may be one number or several: separate numbers by a semicolon."
FILLER = "These digits only fill the field."

_PLAIN = re.compile(r"\+?[0-9]{2,15}")
_USUAL = re.compile(r"[+0-9(][0-9() \-]{8,24}")
_IN_GROUPS = re.compile(r"[+0-9\s().\-~]+")
_SEPARATORS = re.compile(r"[\s().\-~]+")
_PUBLIC = re.compile(r"\+?[0-9]{9,15}")
_EMPTY = frozenset(
    {"", "-", "--", "---", "+", ".", "?", "нет", "нету", "нет телефона", "нет данных", "не указан", "не указано"}
    | {"no", "none", "null", "nil", "nan", "n/a", "na", "#n/a", "#н/д", "н/д", "б/н", "пусто", "отсутствует", "empty"}
)
_DAY, _MONTH, _YEAR = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])", "(?:19|20)[0-9]{2}"
_TIME = r"(?:[T\s]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?.*)?"
_DATES = re.compile(
    f"(?:{_DAY}[./]{_MONTH}[./](?:{_YEAR}|[0-9]{{2}})|{_DAY}-{_MONTH}-{_YEAR}|{_MONTH}[/-]{_DAY}[/-]{_YEAR}"
    f"|{_YEAR}[./-]{_MONTH}[./-]{_DAY}){_TIME}"
)
_DECIMAL = re.compile(r"[0-9]{1,9}[.,][0-9]{1,2}|[0-9]{1,3}(?:[ '][0-9]{3})+[.,][0-9]{2}|[0-9]+\.[0-9]{2}")
_WHOLE_FLOAT = re.compile(r"[0-9]+[.,]0")
_NEGATIVE = re.compile(r"-\s*[0-9]")
_FORMULA = re.compile(r'="?(.*?)"?', re.DOTALL)
_BETWEEN = re.compile(r"(\s*:::\s*|[;|\n\r\t]+|,|/|\s{3,}|\s(?:и|или|and|or)\s)", re.IGNORECASE)
_MARKS = {",": ",", "/": "/", "|": "|", ":::": "|"}  # `:::` stands between the values of a Google contact
_LABEL = re.compile(
    r"(?i)^(?:(?:моб(?:ильный)?|сот(?:овый)?|раб(?:очий)?|дом(?:ашний)?|гор(?:одской)?|осн(?:овной)?|доп|т(?:ел(?:ефон)?)?"
    r"|м|mob(?:ile)?|cell|home|work|office|main|ph(?:one)?|tel(?:ephone)?)\b[.:\s]*)+(?=[+(\d])"
)
_LABEL_BEHIND = re.compile(
    r"(?i)(?<=\d)\s*[(]?\s*(?:моб(?:ильный)?|сот(?:овый)?|раб(?:очий)?|дом(?:ашний)?|mob(?:ile)?|cell|home|work)[.]?\s*[)]?$"
)
_EXTENSION_BEHIND = re.compile(
    r"(?ix)[(,.;]?\s*(?:доб(?:авочный)?|вн(?:утр(?:енний)?)?|ext(?:ension|en|n)?|;ext=|x|\#)[.:\s\#=]*(\d{1,6})\s*[)\#]?$"
)
_EXTENSION_ALONE = re.compile(
    r"(?i)(?:доб(?:авочный)?|вн(?:утр(?:енний)?)?|ext(?:ension|en|n)?|x|#)[.:\s#=]*([0-9]{1,6})"
)
_ADDRESS = re.compile(r"(?i)(?:\"[^\"]*\"\s*)?<?(?:(?:tel|callto|sips?):)?[+0-9().\-]+(?:[;@][^\s<>]*)?>?")
_IN_BRACKETS = re.compile(r"\(\s*([0-9]{1,6})\s*\)$")


@lru_cache(maxsize=1024)
def listed_numbers(cell: str, region: str) -> tuple[str, ...]:
    """Return the numbers as dialled, each with its extension behind `x`; none for an empty cell.

    Raises ValueError, whose text gives the reason and never the value, unless every character is understood.
    """
    if len(cell) > LONGEST:
        raise ValueError(LENGTH)
    text = _unwrapped(clean(cell))
    if _PLAIN.fullmatch(text):
        return (_dialled(text, region),)
    if _USUAL.fullmatch(text) and (usual := _known(text, region)):
        return (usual,)
    if text.casefold() in _EMPTY:
        return ()
    _check_kind(text)
    meant = from_machine(text)
    if meant is None or is_rounded(text):
        raise ValueError(DIGITS_LOST)
    address = read_address(meant)
    if address.is_address and _ADDRESS.fullmatch(meant):
        extension = address.extension and f"{EXTENSION_MARK}{address.extension}"
        return (f"{_number(address.user, region)}{extension}",)
    compact = _SEPARATORS.sub("", meant)
    if _PUBLIC.fullmatch(compact) and _is_sure(compact, region):
        return (_dialled(compact, region),)
    return _several(meant, region)


def _unwrapped(text: str) -> str:
    """Return a text without the marks by which spreadsheets keep a number as text: `="…"` and a leading apostrophe."""
    formula = _FORMULA.fullmatch(text)
    bare = formula[1] if formula else text
    return bare.strip().lstrip("'`\u2019").strip('"').strip()


def _check_kind(text: str) -> None:
    if _NEGATIVE.match(text):
        raise ValueError(NEGATIVE)
    if _DATES.fullmatch(text):
        raise ValueError(NO_DATE)
    if _DECIMAL.fullmatch(text) and not _WHOLE_FLOAT.fullmatch(text):
        raise ValueError(NO_AMOUNT)


def _several(text: str, region: str) -> tuple[str, ...]:
    found: list[str] = []
    mark = ""
    for piece in _BETWEEN.split(text):
        if _BETWEEN.fullmatch(piece):
            mark = _MARKS.get(piece.strip(), ";")
        elif piece.strip():
            _add(found, piece.strip(), mark, region)
    return tuple(found)


def _add(found: list[str], piece: str, mark: str, region: str) -> None:
    """Add the numbers of a piece; or give the piece to the number before, as an extension or as other last digits."""
    alone = _EXTENSION_ALONE.fullmatch(piece)
    before = found[-1] if found else ""
    length = len(before.lstrip("+")) if before.lstrip("+").isdecimal() else 0
    if alone or (mark == "," and piece.isdecimal() and length >= SHORTEST_PUBLIC > len(piece)):
        extension = alone[1] if alone else piece
        if length < SHORTEST_PUBLIC or (not alone and len(extension) not in EXTENSIONS):
            raise ValueError(DOUBT)
        found[-1] = f"{before}{EXTENSION_MARK}{extension}"
    elif mark == ";" and piece.isdecimal() and length >= SHORTEST_PUBLIC > len(piece):
        raise ValueError(DOUBT)
    elif mark == "/" and before:
        found.extend(_behind_slash(before, length, piece, region))
        if found[-1] == "":
            del found[-2:]
            found.append(_number(f"{before}{_SEPARATORS.sub('', piece)}", region))
    else:
        found.extend(_by_blanks(piece, region))


def _behind_slash(before: str, length: int, piece: str, region: str) -> list[str]:
    """Return the numbers behind a slash; an empty text if the slash only parts an area's code from its number."""
    digits = _SEPARATORS.sub("", piece)
    if digits.isdecimal() and length and length < SHORTEST_PUBLIC and to_e164(f"{before}{digits}", region):
        return [""]
    if digits.isdecimal() and length == len(digits):
        return _by_blanks(piece, region)
    if length < SHORTEST_PUBLIC and EXTENSION_MARK not in before:
        raise ValueError(DOUBT)
    if not digits.isdecimal() or len(digits) >= SHORTEST_PUBLIC:
        return _by_blanks(piece, region)
    if len(digits) > LONGEST_REST or length <= len(digits) + 1:
        raise ValueError(DOUBT)
    return [before[: -len(digits)] + digits]


def _by_blanks(piece: str, region: str) -> list[str]:
    """Return the numbers of a piece. Blanks part numbers if no plan knows the whole, and each part is long enough."""
    parts = piece.split()
    if len(parts) > 1 and all(_PLAIN.fullmatch(part) for part in parts):
        whole = "".join(parts)
        if _PUBLIC.fullmatch(whole) and _is_sure(whole, region):
            return [_dialled(whole, region)]
        lengths = {len(part.lstrip("+")) for part in parts}
        if min(lengths) >= SHORTEST_PUBLIC:
            return [_number(part, region) for part in parts]
        if min(lengths) >= SHORTEST_PUBLIC - 2:
            raise ValueError(DOUBT)
        known = any(_PUBLIC.fullmatch(part) and _is_sure(part, region) for part in parts)
        if known or lengths == {3} or any(part.startswith("+") for part in parts[1:]):
            raise ValueError(DOUBT)
    marked = [part for part in re.split(r"(?<=[0-9])\s+(?=\+)", piece) if part]
    return [_number(part, region) for part in marked]


def _number(piece: str, region: str) -> str:
    bare, extension = _without_extension(_LABEL_BEHIND.sub("", _LABEL.sub("", piece)).strip())
    if not _IN_GROUPS.fullmatch(bare):
        if not re.search("[0-9]", bare) or (known := to_e164(bare, region)) is None or re.search(r"[^\W\dwp_]", bare):
            raise ValueError(WORDS)
        return f"{known}{extension}"
    digits = _SEPARATORS.sub("", bare)
    if not _PLAIN.fullmatch(digits):
        raise ValueError(LENGTH)
    _check_kind(bare)
    return f"{_dialled(digits, region)}{extension}"


def _without_extension(piece: str) -> tuple[str, str]:
    for pattern in (_EXTENSION_BEHIND, _IN_BRACKETS):
        found = pattern.search(piece)
        number = piece[: found.start()].strip(" ,;(") if found else ""
        if found and len(re.sub(r"\D", "", number)) >= SHORTEST_PUBLIC:
            return number, f"{EXTENSION_MARK}{found[1]}"
    return piece, ""


def _dialled(number: str, region: str) -> str:
    """Return a number as it is dialled. E.164 replaces slips that only a reader understands: `+8 916 …`."""
    digits, plan = number.lstrip("+"), plan_of(region)
    if len(digits) < SHORTEST_PUBLIC:
        return number
    if len(set(digits)) <= 2 and is_hidden(digits):  # noqa: PLR2004 - two different digits
        raise ValueError(FILLER)
    if plan.international(digits, plus=number.startswith("+")) or plan.own(digits, plus=number.startswith("+")):
        return number
    known = to_e164(number, region) if number.startswith("+") or len(digits) > len(plan.code) + 10 else None
    return known if known and known.lstrip("+") != digits else number


def _known(text: str, region: str) -> str | None:
    """Return a number of the region's own plan, written in groups; None for any other."""
    compact = _SEPARATORS.sub("", text)
    return compact if _PUBLIC.fullmatch(compact) and _is_national(compact, region) else None


def _is_national(compact: str, region: str) -> bool:
    return plan_of(region).international(compact.lstrip("+"), plus=compact.startswith("+")) is not None


def _is_sure(compact: str, region: str) -> bool:
    """Whether some plan knows the number as a whole."""
    return _is_national(compact, region) or bool(to_e164(compact, region))
