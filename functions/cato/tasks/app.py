"""GET and POST /api/v1/tasks; GET, PUT and DELETE /api/v1/tasks/{task}."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import tasks
from switchboard.bootstrap.campaigns import keep_tasks, new_id
from switchboard.campaigns.tasks import find_task
from switchboard.dialects.cato.contracts import read_task
from switchboard.dialects.cato.render import task_view
from switchboard.lambdas.cato import account_of, cato_api, cato_handler
from switchboard.lambdas.cato_pages import json_body_of, listed
from switchboard.lambdas.rest import no_content

PATH = "/api/v1/tasks"

app = cato_api()


@app.post("/api/v1/tasks")
def add() -> dict[str, Any]:
    """Add a task."""
    new = read_task(account_of(app), new_id(), json_body_of(app), now())
    return task_view(keep_tasks().add(new))


@app.get("/api/v1/tasks")
def show_all() -> Response[str]:
    """Return a page of the account's tasks."""
    return listed(app, PATH, tasks(), task_view)


@app.get("/api/v1/tasks/<task>")
def show(task: str) -> dict[str, Any]:
    return task_view(find_task(account_of(app), task, tasks()))


@app.put("/api/v1/tasks/<task>")
def replace(task: str) -> dict[str, Any]:
    """Replace a task."""
    new = read_task(account_of(app), task, json_body_of(app), now())
    return task_view(keep_tasks().replace(new))


@app.delete("/api/v1/tasks/<task>")
def remove(task: str) -> Response[str]:
    """Delete a task; its reports stay."""
    keep_tasks().remove(account_of(app), task)
    return no_content()


handler = cato_handler(app)
