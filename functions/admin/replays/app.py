"""POST /admin/deliveries/replay; GET /admin/replays, GET /admin/replays/{replay} and POST of its /stop."""

from typing import Any

from switchboard.bootstrap import now
from switchboard.bootstrap.replays import begin_replay, replay_runs, replay_turn
from switchboard.deliveries.replays.begin import find_run, stop_run
from switchboard.deliveries.replays.contracts import answer_view, read_replay, run_view
from switchboard.deliveries.replays.model import ReplayRun
from switchboard.errors import NotFound
from switchboard.lambdas.callers import check_reach, note_account
from switchboard.lambdas.operator import (
    account_in,
    accounts_in,
    body_of,
    operator_api,
    operator_handler,
    page_of_all,
    query_of,
)
from switchboard.lambdas.remaining import out_of_time

RESERVE = 12.0  # seconds of the function's time; a replay that needs more goes on in its workflow
UNKNOWN = "There is no such replay."
app = operator_api()


@app.post("/admin/deliveries/replay")
def begin() -> tuple[dict[str, Any], int]:
    """Replay the deliveries that match a filter, or only count them. What takes long goes on in the background."""
    asked = read_replay(body_of(app))
    account_in({"account": asked.account})
    run = replay_turn().at_once(begin_replay()(asked), out_of_time(app.lambda_context, RESERVE))
    return answer_view(run), 200 if run.dry_run and not run.is_running else 202


@app.get("/admin/replays")
def show_all() -> dict[str, Any]:
    """Return the replays of the last month, the latest first."""
    found = [run for account in accounts_in(query_of(app)) for run in replay_runs().of_account(account)]
    page, cursor = page_of_all(app, found, lambda one: f"{one.asked_at.isoformat()}:{one.id}", descending=True)
    return {"replays": [run_view(run) for run in page], "cursor": cursor}


@app.get("/admin/replays/<replay>")
def show(replay: str) -> dict[str, Any]:
    """Return one replay with its progress."""
    return run_view(_run_at(replay))


@app.post("/admin/replays/<replay>/stop")
def stop(replay: str) -> dict[str, Any]:
    """End a replay. Deliveries that it has queued are sent."""
    return run_view(stop_run(_run_at(replay), replay_runs(), now))


def _run_at(run_id: str) -> ReplayRun:
    run = find_run(run_id, replay_runs())
    check_reach(run.account, UNKNOWN, "replay")
    if query_of(app).get("account", run.account) != run.account:
        raise NotFound(UNKNOWN, "replay")
    note_account(run.account)
    return run


handler = operator_handler(app)
