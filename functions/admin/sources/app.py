"""GET and POST /admin/sources; GET, PATCH and DELETE /admin/sources/{source}."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from switchboard import settings
from switchboard.accounts.contracts import source_view
from switchboard.accounts.model import Source
from switchboard.accounts.upstream.contracts import upstream_view
from switchboard.bootstrap.activity import activities_of, activity_of
from switchboard.bootstrap.adapters import bookmarks, sources, upstreams
from switchboard.lambdas.operator import (
    account_in,
    body_of,
    operator_api,
    operator_handler,
    page_of_all,
    query_of,
    source_at,
)
from switchboard.lambdas.queries import flag
from switchboard.lambdas.rest import no_content, public_url
from switchboard.lambdas.source_requests import add_source, change_fields, remove_source, shown_once

app = operator_api()


@app.get("/admin/sources")
def show_all() -> dict[str, Any]:
    """Return the sources of an account, with their webhook URLs and, unless `?activity=false`, their activity."""
    query = query_of(app)
    listed, cursor = page_of_all(app, sources().of_account(account_in(query).id), lambda source: source.id)
    more = activities_of(listed, wanted=flag(query, "activity", default=True))
    return {"sources": [{**view(source), **one} for source, one in zip(listed, more, strict=True)], "cursor": cursor}


@app.post("/admin/sources")
def add() -> tuple[dict[str, Any], int]:
    """Add a source. The id in its webhook URL is random, and so are the secrets that `auth` leaves out."""
    source, secrets = add_source(body_of(app))
    return {**view(source), **shown_once(secrets)}, 201


@app.get("/admin/sources/<source>")
def show(source: str) -> dict[str, Any]:
    """Return one source, with its upstream if the source is connected, and its activity."""
    found = source_at(source)
    shown = upstream_view(one, bookmarks().get(source)) if (one := upstreams().get(source)) else None
    return {**view(found), "upstream": shown, "activity": activity_of(found)}


@app.patch("/admin/sources/<source>")
def change(source: str) -> dict[str, Any]:
    """Change name, credentials, time zone, region, form of verification or the webhook's address of a source."""
    changed, secrets = change_fields(source_at(source), body_of(app))
    return {**view(changed), **shown_once(secrets)}


@app.delete("/admin/sources/<source>")
def remove(source: str) -> Response[str]:
    """Remove a source. Its events and calls stay."""
    remove_source(source_at(source))
    return no_content()


def view(source: Source) -> dict[str, Any]:
    """Return the view of a source, with its upstream."""
    return source_view(source, public_url(app.current_event.raw_event, settings.base_url()))


handler = operator_handler(app)
