"""PUT /api/v1/task-execs/{execution}/pause, .../resume and .../stop."""

from typing import Any

from switchboard.bootstrap.dialling import steering
from switchboard.dialects.cato.report import TURNS, execution_view
from switchboard.lambdas.cato import account_of, cato_api, cato_handler

app = cato_api()


@app.put("/api/v1/task-execs/<execution>/pause")
def pause(execution: str) -> dict[str, Any]:
    """Start no new calls; running calls continue."""
    return steered(execution, "pause")


@app.put("/api/v1/task-execs/<execution>/resume")
def resume(execution: str) -> dict[str, Any]:
    """Start calls again."""
    return steered(execution, "resume")


@app.put("/api/v1/task-execs/<execution>/stop")
def stop(execution: str) -> dict[str, Any]:
    """End the execution after its running calls; start no new ones."""
    return steered(execution, "stop")


def steered(execution: str, word: str) -> dict[str, Any]:
    """Set the execution's phase and return the execution."""
    return execution_view(steering().steer(account_of(app), execution, TURNS[word]))


handler = cato_handler(app)
