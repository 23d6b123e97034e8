"""GET and PUT /admin/accounts/{account}/do-not-call, also by a table; GET, PUT and DELETE of one number in it."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import do_not_call
from switchboard.campaigns.restrictions.contracts import check_cursor, entry_view, read_entry, written_key
from switchboard.errors import NotFound
from switchboard.lambdas.entry_lists import entries_in
from switchboard.lambdas.operator import account_in, operator_api, operator_handler, optional_body_of, page_in, query_of
from switchboard.lambdas.rest import no_content

PATH = "/admin/accounts/<account>/do-not-call"

app = operator_api()


@app.get(PATH)
def show_all(account: str) -> dict[str, Any]:
    """Return a page of the list, by number."""
    limit, cursor = page_in(query_of(app))
    found, following = do_not_call().listed(account_in({"account": account}).id, limit, check_cursor(cursor))
    return {"entries": [entry_view(entry) for entry in found], "cursor": following}


@app.put(PATH)
def add_many(account: str) -> dict[str, Any]:
    """Upsert many entries from JSON or a table. One wrong entry refuses the whole request, unless skipped."""
    owner = account_in({"account": account})
    entries, told = entries_in(app, owner)
    do_not_call().add(owner.id, entries)
    return told


@app.get(f"{PATH}/<number>")
def show(account: str, number: str) -> dict[str, Any]:
    """Return the entry of a number."""
    owner = account_in({"account": account})
    entry = do_not_call().get(owner.id, written_key(number, owner.region))
    if entry is None:
        raise NotFound("There is no such entry.", "number")
    return entry_view(entry)


@app.put(f"{PATH}/<number>")
def add(account: str, number: str) -> dict[str, Any]:
    """Upsert one entry."""
    owner = account_in({"account": account})
    entry = read_entry(owner.id, owner.region, number, optional_body_of(app), now())
    do_not_call().add(owner.id, [entry])
    return entry_view(entry)


@app.delete(f"{PATH}/<number>")
def remove(account: str, number: str) -> Response[str]:
    """Delete an entry: the number may be called again."""
    owner = account_in({"account": account})
    if not do_not_call().remove(owner.id, written_key(number, owner.region)):
        raise NotFound("There is no such entry.", "number")
    return no_content()


handler = operator_handler(app)
