"""POST /api/v1/tasks/{task}/dry-run."""

from typing import Any

from switchboard.bootstrap.campaigns import try_task
from switchboard.dialects.cato.dry_run import dry_run_view
from switchboard.lambdas.cato import account_of, cato_api, cato_handler

app = cato_api()


@app.post("/api/v1/tasks/<task>/dry-run")
def dry_run(task: str) -> dict[str, Any]:
    """Return the forecast of a start, without any call."""
    return dry_run_view(try_task()(account_of(app), task))


handler = cato_handler(app)
