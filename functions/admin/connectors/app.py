"""GET and POST /admin/connectors; GET, PATCH and DELETE /admin/connectors/{connector}; its authorisation."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from switchboard.bootstrap.adapters import connectors
from switchboard.bootstrap.crm import connector_manager
from switchboard.bootstrap.oauth import authorise_connector, oauth_grants
from switchboard.crm.connect import connector_of, keep_hook_secret
from switchboard.crm.contracts import connector_view, read_connector, read_connector_change
from switchboard.crm.oauth.contracts import grant_view, read_authorisation
from switchboard.crm.oauth.model import OAuthGrant
from switchboard.errors import Conflict
from switchboard.kernel.communication import Connector
from switchboard.lambdas.operator import account_in, body_of, operator_api, operator_handler, page_of_all, query_of
from switchboard.lambdas.rest import no_content

app = operator_api()


@app.get("/admin/connectors")
def show_all() -> dict[str, Any]:
    """Return the connectors of an account, without their keys."""
    listed = connectors().of_account(account_in(query_of(app)).id)
    found, cursor = page_of_all(app, listed, lambda connector: connector.id)
    return {"connectors": [connector_view(connector) for connector in found], "cursor": cursor}


@app.post("/admin/connectors")
def connect() -> tuple[dict[str, Any], int]:
    """Add a connector. 409 if the workspace is connected, or the key is in use."""
    return connector_view(connector_manager().connect(read_connector(body_of(app)))), 201


@app.get("/admin/connectors/<connector>")
def show(connector: str) -> dict[str, Any]:
    """Return one connector."""
    return connector_view(named(connector))


@app.patch("/admin/connectors/<connector>")
def change(connector: str) -> dict[str, Any]:
    """Change a connector. Account, kind and workspace cannot change."""
    old = named(connector)
    return connector_view(connector_manager().change(old, read_connector_change(body_of(app), old)))


@app.delete("/admin/connectors/<connector>")
def disconnect(connector: str) -> Response[str]:
    """Remove a connector. Calls already in the CRM stay there."""
    connector_manager().disconnect(named(connector))
    return no_content()


@app.get("/admin/connectors/<connector>/authorisation")
def show_grant(connector: str) -> dict[str, Any]:
    """Return whether the CRM's owner has authorised the connector, without its tokens."""
    return grant_view(grant_of(named(connector)))


@app.put("/admin/connectors/<connector>/authorisation")
def authorise(connector: str) -> dict[str, Any]:
    """Exchange the CRM's code for tokens, or keep tokens. 409 for a CRM without OAuth; 502 if the CRM refuses."""
    found, (given, secret) = named(connector), read_authorisation(body_of(app))
    grant, use_case = grant_of(found), authorise_connector()
    if secret:
        keep_hook_secret(found, secret, connectors())
    if isinstance(given, str):
        grant = use_case.by_code(found, given)
    elif given:
        grant = use_case.keep(found, given)
    return grant_view(grant)


def grant_of(connector: Connector) -> OAuthGrant:
    """Return the connector's grant. Raises Conflict for a connector with an access key."""
    grant = oauth_grants().get(connector.account, connector.id)
    if grant is None:
        raise Conflict("This CRM is opened by an access key: there is nothing to authorise.", "connector")
    return grant


def named(connector: str) -> Connector:
    """Return the connector in the path; the query names the account. Raises NotFound."""
    return connector_of(account_in(query_of(app)).id, connector, connectors())


handler = operator_handler(app)
