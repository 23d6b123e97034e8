"""Bodies of multipart/form-data (RFC 7578): the parts as bytes, by their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser

from switchboard.errors import Invalid, UnsupportedMedia

MOST_PARTS = 60
NOT_A_FORM = "Send multipart/form-data, as curl does with -F."
BROKEN = "The form cannot be read: a part is not closed by its boundary."


@dataclass(frozen=True, slots=True)
class FormPart:
    """A field or a file of a form. `kind` is the media type without parameters, `encoding` the charset.

    `name` is empty for a part without a name.
    """

    name: str
    data: bytes
    filename: str = ""
    kind: str = ""
    encoding: str = ""


def read_form(content_type: str, body: bytes) -> Mapping[str, list[FormPart]]:
    """Return the parts by name, in the order of the form. Raises UnsupportedMedia and Invalid."""
    header = Message()
    header["Content-Type"] = content_type or "text/plain"
    boundary = header.get_param("boundary")
    if header.get_content_type() != "multipart/form-data" or not isinstance(boundary, str):
        raise UnsupportedMedia(NOT_A_FORM)
    found: dict[str, list[FormPart]] = {}
    for part in _parts(boundary.encode("utf-8", "replace"), body):
        found.setdefault(part.name, []).append(part)
    return found


def _parts(boundary: bytes, body: bytes) -> Iterator[FormPart]:
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if len(pieces) > MOST_PARTS + 2:
        raise Invalid(f"A form has {MOST_PARTS} parts at most.")
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):  # noqa: PLR2004 - what comes before and after the parts
        raise Invalid(BROKEN)
    for piece in pieces[1:-1]:
        head, _, data = piece.partition(b"\r\n\r\n")
        # Browsers and curl write names in UTF-8 (RFC 7578, section 5.1).
        yield _part(HeaderParser().parsestr(head.lstrip(b"\r\n").decode("utf-8", "replace")), data)


def _part(head: Message, data: bytes) -> FormPart:
    name = head.get_param("name", header="content-disposition")
    has_kind = "content-type" in head
    kind = head.get_content_type() if has_kind else ""
    return FormPart(
        name if isinstance(name, str) else "", data, head.get_filename() or "", kind, head.get_content_charset() or ""
    )
