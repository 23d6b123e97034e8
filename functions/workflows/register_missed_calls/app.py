"""Every night: register missing calls with CRMs. `{"accounts": [...]}` limits a manual run to some accounts."""

from typing import Any

from switchboard import bootstrap
from switchboard.bootstrap import crm
from switchboard.lambdas.remaining import out_of_time

RESERVE = 10.0  # seconds


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`{"registered": 3, "more": false}`; `more` says that time ran out; the next run continues."""
    accounts = event.get("accounts") or [account.id for account in bootstrap.accounts().all()]
    registered, more = crm.register_missed_calls()(accounts, out_of_time(context, RESERVE))
    return {"registered": registered, "more": more}
