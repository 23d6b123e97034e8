"""Every night: register missing calls with CRMs. `{"accounts": [...]}` limits a manual run to some accounts."""

from typing import Any

from switchboard.accounts.model import AccountState
from switchboard.bootstrap.adapters import accounts
from switchboard.bootstrap.crm import register_missed_calls
from switchboard.lambdas.remaining import out_of_time

RESERVE = 10.0  # seconds


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`{"registered": 3, "more": false}`; `more` says that time ran out; the next run continues."""
    wanted = event.get("accounts") or [one.id for one in accounts().all() if one.state is AccountState.ACTIVE]
    registered, more = register_missed_calls()(wanted, out_of_time(context, RESERVE))
    return {"registered": registered, "more": more}
