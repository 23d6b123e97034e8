"""A file in the body of a request: in a form, or the whole body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from switchboard.errors import Invalid
from switchboard.lambdas.bodies import bytes_of
from switchboard.lambdas.http import header
from switchboard.lambdas.multipart import read_form

FORM = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file, and its name in the form; the name is empty if the request has none."""

    name: str
    content: bytes


def file_in(event: Mapping[str, Any], field: str, limit: int, too_large: str) -> SentFile | None:
    """Return the file of a request's form field, else of the form's first file.

    None for a form without a file, or that cannot be read. A body that is no form is the file. Raises TooLarge with the
    message `too_large` for more than `limit` bytes.
    """
    body, content_type = bytes_of(event, limit, too_large), header(event, "Content-Type")
    if FORM not in content_type.lower():
        return SentFile("", body)
    try:
        parts = read_form(content_type, body)
    except Invalid:
        return None
    files = [part for some in parts.values() for part in some if part.filename]
    return next((SentFile(part.filename, part.data) for part in (*parts.get(field, ()), *files)), None)
