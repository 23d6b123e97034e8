"""POST /admin/sources/{source}/connect, /check and /disconnect: the PBX behind a source."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from switchboard import settings
from switchboard.accounts.contracts import webhook_url
from switchboard.accounts.upstream.contracts import (
    connected_view,
    read_connect_request,
    read_force,
    read_repair,
    upstream_view,
)
from switchboard.bootstrap.upstream import moved_to, upstream_managers
from switchboard.lambdas.http import public_url
from switchboard.lambdas.operator import body_of, operator_api, operator_handler, optional_body_of, source_at
from switchboard.lambdas.rest import no_content

app = operator_api()


@app.post("/admin/sources/<source>/connect")
def connect(source: str) -> dict[str, Any]:
    """Subscribe to all events of the PBX, and copy its extensions."""
    found = source_at(source)
    address = webhook_url(found, public_url(app.current_event.raw_event, settings.base_url()))
    return connected_view(*upstream_managers().connect(found, read_connect_request(body_of(app), address)))


@app.post("/admin/sources/<source>/check")
def check(source: str) -> dict[str, Any]:
    """Compare the subscriptions of the PBX with ours. Unless `repair` is false, subscribe to missing events."""
    found = source_at(source)
    repair = read_repair(optional_body_of(app))
    checked = upstream_managers().check(found.id, repair=repair, webhook_url=moved_to(found.id))
    return {"source": found.id, "upstream": upstream_view(checked)}


@app.post("/admin/sources/<source>/disconnect")
def disconnect(source: str) -> Response[str]:
    """End our subscriptions, and delete the token."""
    found = source_at(source)
    upstream_managers().disconnect(found.id, force=read_force(optional_body_of(app)))
    return no_content()


handler = operator_handler(app)
