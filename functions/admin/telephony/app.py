"""GET, PUT and DELETE /admin/accounts/{account}/telephony, and POST /admin/accounts/{account}/telephony/check."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from switchboard.bootstrap.adapters import telephonies
from switchboard.bootstrap.telephony import choose_telephony
from switchboard.bootstrap.telephony_checks import check_telephony
from switchboard.errors import NotFound
from switchboard.lambdas.operator import account_in, body_of, operator_api, operator_handler
from switchboard.lambdas.rest import no_content
from switchboard.telephony.check import health_view
from switchboard.telephony.contracts import read_telephony, telephony_view
from switchboard.telephony.model import AccountTelephony

PATH = "/admin/accounts/<account>/telephony"

app = operator_api()


@app.get(PATH)
def show(account: str) -> dict[str, Any]:
    """Return the account's provider and settings, without the secret."""
    return telephony_view(_chosen(account))


@app.post(f"{PATH}/check")
def check(account: str) -> dict[str, Any]:
    """Ask the account's provider how it is. Nothing rings."""
    chosen = _chosen(account)
    return health_view(chosen.account, chosen.provider, check_telephony(chosen))


@app.put(PATH)
def choose(account: str) -> dict[str, Any]:
    """Set the account's provider and settings."""
    provider, settings = read_telephony(body_of(app))
    owner = account_in({"account": account}).id
    return telephony_view(choose_telephony()(owner, provider, settings))


@app.delete(PATH)
def remove(account: str) -> Response[str]:
    """Remove the account's telephony. Running calls continue."""
    telephonies().remove(account_in({"account": account}).id)
    return no_content()


def _chosen(account: str) -> AccountTelephony:
    chosen = telephonies().get(account_in({"account": account}).id)
    if chosen is None:
        raise NotFound("The account has no telephony.", "account")
    return chosen


handler = operator_handler(app)
