"""Read contacts of telephones and mail programs: vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350)."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator

from switchboard.campaigns.importing.model import Line, Sheet
from switchboard.errors import Invalid

HEADINGS = ("Name", "Phone", "Email")
NOT_VOICE = frozenset({"fax", "pager", "modem", "bbs", "textphone"})
LONGEST_HEAD = 2000  # characters before the value
_ENDS = re.compile(r"\r\n|\r|\n")
_ESCAPED = re.compile(r"\\(.)")
_PARAMETERS = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')


def is_vcard(text: str) -> bool:
    """Whether a text begins a vCard."""
    return text.lstrip("\ufeff \r\n\t")[:11].upper() == "BEGIN:VCARD"


def read_vcards(text: str, encoding: str) -> Sheet:
    """Return a line for each contact: name, numbers without fax and pager, addresses. Raises Invalid."""
    lines = [Line(0, HEADINGS), *_contacts(text, encoding)]
    return Sheet(lines, {"format": "vcard", "encoding": encoding}, is_headed=True)


def _contacts(text: str, encoding: str) -> Iterator[Line]:
    began, fields = 0, dict[str, list[str]]()
    for number, line in _unfolded(text.lstrip("\ufeff")):
        name, parameters, value = _property(line, encoding)
        if name == "BEGIN" and value.strip().upper() == "VCARD":
            if began:
                break
            began, fields = number, {}
        elif name == "END" and began:
            yield Line(began, (_name(fields), " | ".join(fields.get("TEL", ())), " ".join(fields.get("EMAIL", ()))))
            began = 0
        elif name in {"FN", "N", "ORG", "TEL", "EMAIL"} and not (name == "TEL" and NOT_VOICE & parameters):
            fields.setdefault(name, []).append(_plain(name, value))
    if began:
        raise Invalid(f"The contact that begins in line {began} has no end.", "body")


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Yield whole lines with the number of their first line. A blank or a soft line break continues a line."""
    begun, number = "", 0
    for place, line in enumerate(_ENDS.split(text), 1):
        soft = begun.endswith("=") and "QUOTED-PRINTABLE" in begun.partition(":")[0].upper()
        if begun and (soft or line[:1] in {" ", "\t"}):
            begun = begun[:-1] + line if soft else begun + line[1:]
            continue
        if begun:
            yield number, begun
        begun, number = line, place
    if begun:
        yield number, begun


def _property(line: str, encoding: str) -> tuple[str, frozenset[str], str]:
    """Return the property's name, its parameters in lower case, and its value."""
    head, _, value = line.partition(":")
    if len(head) > LONGEST_HEAD:
        raise Invalid("A property of a contact has too many parameters.", "body")
    name, *parameters = _PARAMETERS.split(head)
    words = frozenset(
        word.strip('" ') for one in parameters for word in one.lower().partition("=")[2].split(",") or [one]
    ) | frozenset(one.lower() for one in parameters if "=" not in one)
    if "quoted-printable" in words:
        named = [one.partition("=")[2] for one in parameters if one.lower().startswith("charset=")]
        value = _unquoted(value, named[0] if named else encoding)
    return name.rpartition(".")[2].strip().upper(), words, value


def _unquoted(value: str, encoding: str) -> str:
    data = quopri.decodestring(value.encode("latin-1", "replace"))
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return data.decode("utf-8", "replace")


def _plain(name: str, value: str) -> str:
    if name == "TEL":
        return re.sub(r"(?i)^tel:", "", value.strip())
    if name == "N":
        last, first, middle, *_ = [*re.split(r"(?<!\\);", value), "", "", ""]
        value = " ".join(part.strip() for part in (last, first, middle) if part.strip())
    if name == "ORG":
        value = value.replace(";", " ")
    return _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value).strip()


def _name(fields: dict[str, list[str]]) -> str:
    return next((value for name in ("FN", "N", "ORG") for value in fields.get(name, ()) if value), "")
