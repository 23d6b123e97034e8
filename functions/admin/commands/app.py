"""POST /admin/calls and, of a call, its /hangup and /redirect; GET /admin/commands and /admin/commands/{command}."""

from typing import Any

from switchboard.bootstrap.adapters import commands
from switchboard.bootstrap.telephony import control_call, originate_call
from switchboard.lambdas.operator import (
    account_in,
    accounts_in,
    body_of,
    operator_api,
    operator_handler,
    page_in,
    query_of,
)
from switchboard.telephony.contracts import command_view, read_call, read_redirect
from switchboard.telephony.find_commands import find_command, list_commands

app = operator_api()


@app.post("/admin/calls")
def originate() -> tuple[dict[str, Any], int]:
    """Ring an extension, then connect it to a number."""
    wish = read_call(body_of(app))
    account_in({"account": wish.account})
    return {"command": command_view(originate_call()(wish))}, 202


@app.post("/admin/calls/<call>/hangup")
def hang_up(call: str) -> tuple[dict[str, Any], int]:
    """End a call."""
    control = control_call()
    return {"command": command_view(control.hang_up(control.running(accounts_in(query_of(app)), call)))}, 202


@app.post("/admin/calls/<call>/redirect")
def redirect(call: str) -> tuple[dict[str, Any], int]:
    """Connect a call to another extension or number."""
    control, to = control_call(), read_redirect(body_of(app))
    running = control.running(accounts_in(query_of(app)), call)
    return {"command": command_view(control.redirect(running, to))}, 202


@app.get("/admin/commands")
def show_all() -> dict[str, Any]:
    """Return a page of commands, newest first."""
    query = query_of(app)
    found, cursor = list_commands(accounts_in(query), *page_in(query), commands())
    return {"commands": [command_view(command) for command in found], "cursor": cursor}


@app.get("/admin/commands/<command>")
def show(command: str) -> dict[str, Any]:
    """Return a command with its outcome."""
    return command_view(find_command(accounts_in(query_of(app)), command, commands()))


handler = operator_handler(app)
