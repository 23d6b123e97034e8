"""POST /api/v1/{ws}/files of Kontur.CRM: a telephony uploads the recording of a call."""

from typing import Any

from switchboard.bootstrap.recordings import keep_upload
from switchboard.dialects.kontur.files import FIELD, FileTooLarge, file_missing, file_view
from switchboard.errors import TooLarge
from switchboard.kernel.communication import Workspace
from switchboard.lambdas.forms import file_in
from switchboard.lambdas.kontur import kontur_handler

LARGEST = 4_500_000  # bytes of a body: Lambda accepts requests of 6 MB, in base64
TOO_LARGE = f"A request with a file may have {LARGEST} bytes."


def upload(workspace: Workspace, event: dict[str, Any]) -> dict[str, str]:
    """Store the file, and return its id for call-recording and register-call."""
    try:
        sent = file_in(event, FIELD, LARGEST, TOO_LARGE)
    except TooLarge as error:
        raise FileTooLarge(error.message) from None
    if sent is None or not sent.content:
        raise file_missing()
    kept = keep_upload()(workspace.account, sent.content)
    return file_view(kept.id, sent.name, kept.content_type, kept.size)


handler = kontur_handler(upload)
