"""PUT /api/v1/tasks/{task}/start."""

from typing import Any

from switchboard.bootstrap.campaigns import start_task
from switchboard.bootstrap.handover import await_start
from switchboard.dialects.cato.render import started_view
from switchboard.lambdas.cato import account_of, cato_api, cato_handler

app = cato_api()


@app.put("/api/v1/tasks/<task>/start")
def start(task: str) -> dict[str, Any]:
    """Start the task and return its execution. A running execution is returned as it is."""
    account = account_of(app)
    return started_view(await_start()(account, start_task()(account, task)))


handler = cato_handler(app)
