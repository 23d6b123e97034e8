"""Kontur.CRM's API of files, as far as telephonies use it: the upload of a recording before `call-recording`.

The document names the API and shows its words in `register-call`: fileId, fileName, contentType, contentLength. Path
and form field are those of the connector's defaults (ruling kontur 6).
"""

from __future__ import annotations

from switchboard.dialects.kontur.check import needed
from switchboard.dialects.kontur.errors import ValidationFailed
from switchboard.errors import TooLarge

FIELD = "file"


class FileTooLarge(TooLarge):
    """The file is over the limit; `status` in the body is Kontur.CRM's word."""

    code = "fileTooLarge"


def file_missing() -> ValidationFailed:
    """Return the error for a form without a file, or with an empty file."""
    return ValidationFailed({FIELD: [needed(FIELD)]})


def file_view(id_: str, name: str, content_type: str, size: int) -> dict[str, str]:
    """Return the answer to an upload, in the form of a recording of `register-call`."""
    return {"fileId": id_, "fileName": name or id_, "contentType": content_type, "contentLength": str(size)}
