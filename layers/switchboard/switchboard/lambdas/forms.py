"""A file in the body of a request: in a form, or the whole body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from switchboard.lambdas.bodies import bytes_of
from switchboard.lambdas.http import header

FORM = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file, and its name in the form; the name is empty if the request has none."""

    name: str
    content: bytes


def file_in(event: Mapping[str, Any], field: str, limit: int, too_large: str) -> SentFile | None:
    """Return the file of a request's form field, else of the form's first file; None for a form without a file.

    A body that is no form is the file. Raises TooLarge with the message `too_large` for more than `limit` bytes.
    """
    body, content_type = bytes_of(event, limit, too_large), header(event, "Content-Type")
    if FORM not in content_type.lower():
        return SentFile("", body)
    head = b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n"
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    parts = [part for part in message.iter_parts() if not part.is_multipart()]
    named = [part for part in parts if part.get_param("name", header="content-disposition") == field]
    files = [part for part in parts if part.get_filename()]
    return next((_file(part) for part in (*named, *files)), None)


def _file(part: Any) -> SentFile:
    content = part.get_payload(decode=True)
    return SentFile(part.get_filename() or "", content if isinstance(content, bytes) else b"")
