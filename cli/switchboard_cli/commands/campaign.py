"""`campaign run`: call the people of a list, and follow the calls."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from switchboard_cli.session import WRONG, Session, fail, session
from switchboard_client import Campaigns, Client

PAUSE = 1.0  # seconds between two looks
LIFE = timedelta(days=2)  # of the token that the command issues for itself
WINDOW = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
SETTINGS = {
    "attemptCount": 2, "attemptDelayS": 300, "successCondition": "PICKUP_AND_LISTEN_SOME",
    "successPlaybackDurationS": 5, "maxCallDurationS": 120, "maxAnswerDelayS": 30,
}  # fmt: skip
SUMMARY = {
    "subscriberCount": "people", "subscriberNotified": "notified", "subscriberFailed": "not notified",
    "subscriberNotYetNotified": "not yet", "callsTotal": "calls",
}  # fmt: skip
campaign = typer.Typer(no_args_is_help=True, help="Campaigns: call the people of a list.")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is told: files, hours, name, and the settings that differ."""

    account: str
    people: Path
    audio: Path
    settings: Mapping[str, Any]
    name: str
    key: str


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(campaign, name="campaign")


@campaign.callback()
def all_of_campaign() -> None:
    """Campaigns: call the people of a list."""


@campaign.command()
def run(
    context: typer.Context,
    account: Annotated[str, typer.Argument(help="The account that calls.")],
    people: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="The list: CSV, XLSX, ODS, vCard or JSON.")],
    audio: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="The message.")],
    window: Annotated[str, typer.Option(help="The hours in which calls may start, such as 8:30-21:00.")] = "",
    attempts: Annotated[int, typer.Option(help="How many waves of calls.")] = 2,
    name: Annotated[str, typer.Option(help="The name of the campaign.")] = "campaign",
    key: Annotated[str, typer.Option(help="The idempotency key; made of files, name and day unless told.")] = "",
    report: Annotated[Path | None, typer.Option(dir_okay=False, help="Where the report goes, as CSV.")] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read the list, and call nobody.")] = False,
    watch: Annotated[bool, typer.Option(help="Follow the calls to the end.")] = True,
) -> None:
    """Upload list and message, start, and follow the calls. A repeat on the same day calls nobody again."""
    now = session(context)
    settings = {**SETTINGS, "attemptCount": attempts, **hours(window)}
    plan = Plan(account, people, audio, settings, name, key or key_of(people, audio, name))
    with now.client() as client, Access(now, client, account) as campaigns:
        if dry_run:
            _preview(now, campaigns, plan)
            return
        started = campaigns.launch(plan.people, plan.audio, plan.settings, plan.key, name=plan.name)
        if not started["taskExecId"]:
            fail("The account has no channels: PUT /admin/accounts/{account}/campaigns sets them.")
        if started["repeated"]:
            now.out.say("This campaign was started before: nobody is called twice. --key starts another one.")
        _follow(now, campaigns, started["taskExecId"], watch=watch)
        if report:
            report.write_bytes(campaigns.report(started["taskExecId"]))
            now.out.say(f"The report is in {report}.")


class Access(AbstractContextManager[Campaigns]):
    """A client of the API of campaigns, with a token that ends with the command."""

    def __init__(self, now: Session, client: Client, account: str) -> None:
        self._now, self._client, self._account = now, client, account

    def __enter__(self) -> Campaigns:
        ends = (datetime.now(UTC) + LIFE).isoformat()
        self._token = self._client.issue(self._account, "cato", name="switchboard campaign run", expires_at=ends)
        self._campaigns = self._now.campaigns(self._token["token"])
        return self._campaigns

    def __exit__(self, *_: object) -> None:
        self._campaigns.close()
        self._client.revoke(self._token["id"], self._account)


def hours(window: str) -> dict[str, Any]:
    """Return the setting of `8:30-21:00`; nothing for an empty text. Exits for another text."""
    if not window:
        return {}
    found = WINDOW.fullmatch(window)
    if not found:
        fail(f"--window is two times, such as 8:30-21:00, not '{window}'.", WRONG)
    names = ("fromHour", "fromMin", "tillHour", "tillMin")
    return {"timeRestrictions": dict(zip(names, map(int, found.groups()), strict=True))}


def key_of(people: Path, audio: Path, name: str) -> str:
    """Return the idempotency key of a run: the same files under the same name are one campaign a day."""
    content = sha256(people.read_bytes() + b"\0" + audio.read_bytes()).hexdigest()[:16]
    return f"{name}-{datetime.now(UTC):%Y-%m-%d}-{content}"


def _preview(now: Session, campaigns: Campaigns, plan: Plan) -> None:
    found = campaigns.preview(plan.people)
    now.out.data(found)
    now.out.say(
        f"{found['rows']} rows: {found['kept']} people, {found['duplicates']} duplicates, {found['skipped']} wrong."
    )
    for one in found["problems"]:
        now.out.say(f"  row {one.get('line') or one['row']}, {one.get('column') or one['field']}: {one['message']}")
    now.out.say("Nobody was called.")


def _follow(now: Session, campaigns: Campaigns, execution: str, *, watch: bool) -> None:
    """Show the progress until the end, then the summary."""
    found = campaigns.execution(execution)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=now.out.console, disable=now.out.as_json) as bar:
        task = bar.add_task("calling", total=found["report"]["subscriberCount"])
        while True:
            report = found["report"]
            done = report["subscriberNotified"] + report["subscriberFailed"]
            said = found.get("waitingFor") or f"wave {report['waveCurrent']} of {report['waveTotal']}"
            bar.update(task, completed=done, description=said)
            if not watch or not report["activePhase"]:
                break
            time.sleep(PAUSE)
            found = campaigns.execution(execution)
    now.out.data({"execution": execution, "state": found.get("state"), "report": found["report"]})
    if not now.out.as_json:
        rows = [{"what": said, "count": found["report"].get(field)} for field, said in SUMMARY.items()]
        now.out.table(rows, {"what": "", "count": execution}, "")
