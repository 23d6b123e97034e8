"""GET and POST /admin/connectors; GET, PATCH and DELETE /admin/connectors/{connector}; its authorisation."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from switchboard.bootstrap.adapters import connectors
from switchboard.bootstrap.crm import connector_manager
from switchboard.crm.connect import connector_of
from switchboard.crm.contracts import connector_view, read_connector, read_connector_change
from switchboard.crm.oauth.contracts import grant_view, read_authorisation
from switchboard.kernel.communication import Connector
from switchboard.lambdas.authorisations import grant_of, take_authorisation
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
    return grant_view(take_authorisation(named(connector), read_authorisation(body_of(app))))


def named(connector: str) -> Connector:
    """Return the connector in the path; the query names the account. Raises NotFound."""
    return connector_of(account_in(query_of(app)).id, connector, connectors())


handler = operator_handler(app)
