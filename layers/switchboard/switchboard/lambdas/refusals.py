"""Keep the requests of sources that are refused, for the operator."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from switchboard.accounts.activity.model import RefusedRequest
from switchboard.accounts.activity.redact import LOOKED_AT, redacted
from switchboard.accounts.activity.refusals import reason_of
from switchboard.accounts.model import Source
from switchboard.bootstrap.activity import keep_refusals
from switchboard.errors import Refused
from switchboard.kernel.authorization import scheme_and_credentials
from switchboard.kernel.lenient import BodyHeaders, readable_text
from switchboard.lambdas.bodies import beginning_of
from switchboard.lambdas.http import header

LONGEST_TYPE = 100  # characters
FAILED = 500


def keep_refusal(source: Source, event: Mapping[str, Any], error: Exception) -> None:
    """Keep and count a request of API Gateway that this error refuses. Raises nothing."""
    status = error.status if isinstance(error, Refused) else FAILED

    def described(at: datetime) -> RefusedRequest:
        raw, size = beginning_of(event, LOOKED_AT)
        headers = BodyHeaders(header(event, "Content-Type"), header(event, "Content-Encoding"))
        text = readable_text(raw, headers, LOOKED_AT)
        shown = scheme_and_credentials(header(event, "Authorization"))[1]
        kind, body = headers.content_type[:LONGEST_TYPE], redacted(text, source, shown)
        return RefusedRequest(at, status, reason_of(error), kind, size, body, source.account)

    keep_refusals()(source.id, reason_of(error), described)
