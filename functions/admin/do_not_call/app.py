"""GET and PUT /admin/accounts/{account}/do-not-call, also by a table; GET, PUT and DELETE of one number in it."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import do_not_call
from switchboard.campaigns.importing.model import TableKind
from switchboard.campaigns.importing.preview import table_view
from switchboard.campaigns.importing.read import read_table
from switchboard.campaigns.restrictions.contracts import (
    check_cursor,
    entry_view,
    read_entries,
    read_entry,
    written_key,
)
from switchboard.campaigns.restrictions.entry_table import read_entry_table
from switchboard.campaigns.restrictions.rules import sorted_entries
from switchboard.errors import NotFound
from switchboard.kernel.subscriber_list import MOST_TOLD, problem_view
from switchboard.lambdas.bodies import json_object, raw_body
from switchboard.lambdas.http import no_content
from switchboard.lambdas.lists import flag, how_to_read, is_table
from switchboard.lambdas.operator import account_in, operator_api, operator_handler, optional_body_of, page_in, query_of

PATH = "/admin/accounts/<account>/do-not-call"
LARGEST = 1024 * 1024

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
    event, query = app.current_event.raw_event, query_of(app)
    if not is_table(event):
        entries = read_entries(owner.id, owner.region, json_object(event, LARGEST), now())
        do_not_call().add(owner.id, entries)
        return {"kept": len(entries)}
    how = how_to_read(event, query, owner.region, TableKind.DO_NOT_CALL)
    table = read_table(raw_body(event, LARGEST), how)
    found = read_entry_table(owner.id, owner.region, table, now(), skip_invalid=flag(query, "skipInvalid"))
    do_not_call().add(owner.id, sorted_entries(found.entries.values()))
    problems = [problem_view(one) for one in found.problems[:MOST_TOLD]]
    return {**found.counts, **table_view(table), **({"problems": problems} if problems else {})}


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
