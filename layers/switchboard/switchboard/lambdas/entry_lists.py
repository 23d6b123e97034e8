"""Do-not-call lists in requests: JSON with entries, or a table in any format that the importer reads."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from switchboard.accounts.model import Account
from switchboard.bootstrap import now
from switchboard.campaigns.importing.model import TableKind
from switchboard.campaigns.importing.preview import table_view
from switchboard.campaigns.importing.read import read_table
from switchboard.campaigns.restrictions.contracts import read_entries
from switchboard.campaigns.restrictions.entry_table import read_entry_table
from switchboard.campaigns.restrictions.model import DoNotCallEntry
from switchboard.campaigns.restrictions.rules import sorted_entries
from switchboard.kernel.subscriber_list import MOST_TOLD, problem_view
from switchboard.lambdas.bodies import json_object, raw_body
from switchboard.lambdas.lists import how_to_read, is_table
from switchboard.lambdas.operator import query_of
from switchboard.lambdas.queries import flag

LARGEST = 1024 * 1024  # bytes


def entries_in(app: APIGatewayRestResolver, owner: Account) -> tuple[list[DoNotCallEntry], dict[str, Any]]:
    """Return the entries of a request, sorted by key, and the answer. Raises Invalid for a wrong entry."""
    event, query = app.current_event.raw_event, query_of(app)
    if not is_table(event):
        entries = read_entries(owner.id, owner.region, json_object(event, LARGEST), now())
        return entries, {"kept": len(entries)}
    table = read_table(raw_body(event, LARGEST), how_to_read(event, query, owner.region, TableKind.DO_NOT_CALL))
    found = read_entry_table(owner.id, owner.region, table, now(), skip_invalid=flag(query, "skipInvalid"))
    problems = [problem_view(one) for one in found.problems[:MOST_TOLD]]
    told = {**found.counts, **table_view(table), **({"problems": problems} if problems else {})}
    return sorted_entries(found.entries.values()), told
