"""GET, PUT and DELETE /admin/accounts/{account}/routing."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from switchboard.bootstrap.adapters import extensions, routings
from switchboard.lambdas.operator import account_in, body_of, operator_api, operator_handler
from switchboard.lambdas.rest import no_content
from switchboard.routing.contracts import read_routing, routing_view
from switchboard.routing.model import Routing

PATH = "/admin/accounts/<account>/routing"

app = operator_api()


@app.get(PATH)
def show(account: str) -> dict[str, Any]:
    """Return the rules of the account, maybe none."""
    found = account_in({"account": account}).id
    return routing_view(routings().get(found) or Routing(found))


@app.put(PATH)
def replace(account: str) -> dict[str, Any]:
    """Replace the rules."""
    found = account_in({"account": account}).id
    own = {extension.number for extension in extensions().of_account(found)}
    routing = read_routing(found, body_of(app), own)
    routings().save(routing)
    return routing_view(routing)


@app.delete(PATH)
def remove(account: str) -> Response[str]:
    """Delete the rules."""
    routings().remove(account_in({"account": account}).id)
    return no_content()


handler = operator_handler(app)
