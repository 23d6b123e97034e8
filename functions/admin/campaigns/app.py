"""GET and PUT /admin/accounts/{account}/campaigns."""

from typing import Any

from switchboard.bootstrap.dialling import executions, read_health, steering
from switchboard.campaigns.contracts import limits_view, read_limits
from switchboard.kernel.campaign import Limits
from switchboard.lambdas.operator import account_in, body_of, operator_api, operator_handler

PATH = "/admin/accounts/<account>/campaigns"

app = operator_api()


@app.get(PATH)
def show(account: str) -> dict[str, Any]:
    """Return the account's limits, without a setting no channels; and the health of the account's conductor."""
    id_ = account_in({"account": account}).id
    return {**limits_view(executions().limits(id_) or Limits()), "conductor": read_health()(id_)}


@app.put(PATH)
def limit(account: str) -> dict[str, Any]:
    """Set the account's limits, valid from the next call on."""
    limits = read_limits(body_of(app))
    steering().limit(account_in({"account": account}).id, limits)
    return limits_view(limits)


handler = operator_handler(app)
