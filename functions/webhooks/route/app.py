"""GET /webhooks/{source}/route?phone=: the extension for a caller."""

from typing import Any

from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import cached_sources
from switchboard.bootstrap.routing import route_caller
from switchboard.dialects.refusals import refuse
from switchboard.lambdas.http import JSON, answer, answering, header
from switchboard.lambdas.wire import wire_of

TEXT = {"Content-Type": "text/plain; charset=utf-8"}


def serve(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """Return the extension, or an empty answer: as text, or as JSON if the request accepts JSON."""
    began, sources = now(), cached_sources()
    source = sources.of_any_dialect(str((event.get("pathParameters") or {}).get("dialect_or_source", "")))
    query = event.get("queryStringParameters") or {}
    phone = str(query.get("phone") or "")
    source = sources.authorise(source, header(event, "Authorization"), query, wire_of(event, phone.encode()))
    extension = route_caller()(source, phone, began)
    if JSON in header(event, "Accept").lower():
        return answer(200, {"extension": extension})
    return answer(200, extension, TEXT)


handler = answering(refuse, serve)
