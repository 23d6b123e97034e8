"""GET, PUT and DELETE /admin/accounts/{account}/telephony."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from switchboard.bootstrap.adapters import telephonies
from switchboard.bootstrap.telephony import choose_telephony
from switchboard.errors import NotFound
from switchboard.lambdas.operator import account_in, body_of, operator_api, operator_handler
from switchboard.lambdas.rest import no_content
from switchboard.telephony.contracts import read_telephony, telephony_view

PATH = "/admin/accounts/<account>/telephony"

app = operator_api()


@app.get(PATH)
def show(account: str) -> dict[str, Any]:
    """Return the account's provider and settings, without the secret."""
    chosen = telephonies().get(account_in({"account": account}).id)
    if chosen is None:
        raise NotFound("The account has no telephony.", "account")
    return telephony_view(chosen)


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


handler = operator_handler(app)
