"""PUT /api/v1/subscriber-groups/add/{name}; GET /api/v1/subscriber-groups; POST of a preview; one group; its list."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from switchboard.bootstrap.adapters import audiences, subscriber_groups
from switchboard.bootstrap.campaigns import keep_groups
from switchboard.campaigns.groups import find_group
from switchboard.campaigns.importing.preview import read_as
from switchboard.dialects.cato.groups import GROUPS, group_view, subscriber_view
from switchboard.lambdas.cato import account_of, cato_api, cato_handler, path_of, query_of
from switchboard.lambdas.cato_lists import body_of, list_wish, preview_in
from switchboard.lambdas.cato_pages import base_url, listed, moved, takes_gzip
from switchboard.lambdas.rest import no_content

INLINE = 1000  # subscribers; the client fetches a longer list from the store

app = cato_api()


def _view(group: Any, *gathered: Any) -> dict[str, Any]:
    return group_view(group, base_url(app), *gathered)


@app.put("/api/v1/subscriber-groups/add/<name>")
def add(name: str) -> dict[str, Any]:  # noqa: ARG001 - quoted; `path_of` unquotes
    """Add a group."""
    asked = list_wish(app, path_of(app, "name"))
    return _view(*keep_groups().add(asked.wish)) | read_as(asked.table)


@app.post("/api/v1/subscriber-groups/preview")
def show_preview() -> dict[str, Any]:
    """Return what a list is read as, and what its rows would become. Nothing is kept."""
    return preview_in(app)


@app.get("/api/v1/subscriber-groups")
def show_all() -> Response[str]:
    return listed(app, GROUPS, subscriber_groups(), _view)


@app.get("/api/v1/subscriber-groups/<group>")
def show(group: str) -> dict[str, Any]:
    return _view(find_group(account_of(app), group, subscriber_groups()))


@app.put("/api/v1/subscriber-groups/<group>")
def replace(group: str) -> dict[str, Any]:
    """Replace the group's list, change its name, or both."""
    name = query_of(app).get("name", "")
    if name and not body_of(app):
        return _view(keep_groups().rename(account_of(app), group, name))
    asked = list_wish(app, name)
    return _view(*keep_groups().replace(group, asked.wish)) | read_as(asked.table)


@app.delete("/api/v1/subscriber-groups/<group>")
def remove(group: str) -> Response[str]:
    """Delete a group and its list."""
    keep_groups().remove(account_of(app), group)
    return no_content()


@app.get("/api/v1/subscriber-groups/<group>/content")
def show_list(group: str) -> list[dict[str, Any]] | Response[str]:
    """Return the list; a long list is a redirect to a presigned URL."""
    found = find_group(account_of(app), group, subscriber_groups())
    if found.audience.size > INLINE:
        return moved(audiences().link(found.account, found.audience, compressed=takes_gzip(app)))
    return [subscriber_view(one) for one in audiences().whole(found.account, found.audience)]


handler = cato_handler(app)
