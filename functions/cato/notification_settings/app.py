"""GET and POST /api/v1/notification-settings; GET, PUT and DELETE /api/v1/notification-settings/{settings}."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from switchboard.bootstrap.accounts import permits
from switchboard.bootstrap.adapters import campaign_settings
from switchboard.bootstrap.campaigns import keep_settings, new_id
from switchboard.campaigns.settings import find_settings
from switchboard.dialects.cato.contracts import read_settings
from switchboard.dialects.cato.render import settings_view
from switchboard.kernel.campaign import NotificationSettings
from switchboard.lambdas.cato import account_of, cato_api, cato_handler
from switchboard.lambdas.cato_pages import json_body_of, listed
from switchboard.lambdas.rest import no_content

PATH = "/api/v1/notification-settings"

app = cato_api()


@app.post("/api/v1/notification-settings")
def add() -> dict[str, Any]:
    """Add settings."""
    new = _settings(new_id())
    campaign_settings().save(new)
    return settings_view(new)


@app.get("/api/v1/notification-settings")
def show_all() -> Response[str]:
    """Return a page of the account's settings."""
    return listed(app, PATH, campaign_settings(), settings_view)


@app.get("/api/v1/notification-settings/<settings>")
def show(settings: str) -> dict[str, Any]:
    """Return the settings with this id."""
    return settings_view(find_settings(account_of(app), settings, campaign_settings()))


@app.put("/api/v1/notification-settings/<settings>")
def replace(settings: str) -> dict[str, Any]:
    """Replace settings."""
    new = _settings(settings)
    return settings_view(keep_settings().replace(new))


@app.delete("/api/v1/notification-settings/<settings>")
def remove(settings: str) -> Response[str]:
    """Delete settings."""
    keep_settings().remove(account_of(app), settings)
    return no_content()


def _settings(id_: str) -> NotificationSettings:
    """Return the settings of the request. Raises Forbidden for an e-mail that the account may not send."""
    found = read_settings(account_of(app), id_, json_body_of(app))
    if found.email:
        permits().check_email(found.account)
    return found


handler = cato_handler(app)
