"""GET /api/v1/task-execs; GET, PUT and DELETE /api/v1/task-execs/{execution}."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from switchboard.bootstrap.campaigns import read_report
from switchboard.bootstrap.dialling import executions, steering
from switchboard.dialects.cato.report import execution_view, page_in, page_view, turn_of
from switchboard.lambdas.cato import account_of, cato_api, cato_handler, query_of
from switchboard.lambdas.cato_lists import flag_in
from switchboard.lambdas.cato_pages import json_body_of, listed
from switchboard.lambdas.rest import no_content

PATH = "/api/v1/task-execs"

app = cato_api()


@app.get("/api/v1/task-execs")
def show_all() -> Response[str]:
    """Return a page of executions, newest first, without their subscribers."""
    waits = read_report().waits(account_of(app))
    return listed(app, PATH, executions(), lambda found: execution_view(found, waits.get(found.id)))


@app.get("/api/v1/task-execs/<execution>")
def show(execution: str) -> dict[str, Any]:
    """Return a page of the report, with each subscriber's outcome."""
    report, (first, limit) = read_report(), page_in(query_of(app))
    found, details = report.execution(account_of(app), execution), flag_in(app, "details")
    waiting = report.waits(found.account).get(found.id) if details else None
    return page_view(found, report.outcomes(found, first), first, limit, details=details, waiting=waiting)


@app.put("/api/v1/task-execs/<execution>")
def steer(execution: str) -> dict[str, Any]:
    """Pause, resume or stop the execution: `{"action": ...}`."""
    phase = turn_of(json_body_of(app).get("action"))
    return execution_view(steering().steer(account_of(app), execution, phase))


@app.delete("/api/v1/task-execs/<execution>")
def remove(execution: str) -> Response[str]:
    """Delete an execution and its report."""
    read_report().forget(account_of(app), execution)
    return no_content()


handler = cato_handler(app)
