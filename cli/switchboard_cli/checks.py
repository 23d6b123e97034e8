"""The checks of `doctor`: each is a sentence about what is there, and what to do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

from switchboard_cli import aws
from switchboard_cli.session import Session, told
from switchboard_client import ApiError, Client, Unreachable
from switchboard_client.transport import ClientError

MOST_DEAD = 100
SKEW = 60  # seconds that the clocks may differ
WAIT, PAUSE = 30.0, 0.5  # seconds for the arrival of a sample, and between two looks
BAD = {
    "down": "Mend the receiver; the hub probes it and sends what waits. `switchboard status` shows the last answer.",
    "failing": "Look at the last answer: `switchboard deliveries list --state parked`.",
    "refusing": "Mend what the receiver refuses, then `switchboard replay --yes`.",
    "paused": "Resume it in the console, or by POST /admin/endpoints/{endpoint}/resume.",
}
LOST = {
    "unreachable": "Is the PBX on, and is its address right? `POST /admin/sources/{source}/connect` sets both.",
    "forbidden": "Connect the source again, with a token that the PBX accepts.",
    "partial": "POST /admin/sources/{source}/check subscribes to the missing events.",
    "unchecked": "The hub could not read the token of the PBX: look at the alarms.",
}


class Level(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. `do` is empty if there is nothing to do."""

    level: Level
    what: str
    says: str
    do: str = ""

    def view(self) -> dict[str, str]:
        """Return the finding for a script."""
        return {"level": self.level.value, "what": self.what, "says": self.says, "do": self.do}


def good(what: str, says: str) -> Check:
    """Return a finding without anything to do."""
    return Check(Level.OK, what, says)


def run_checks(now: Session, account: str, test: int, stack: str) -> Iterator[Check]:
    """Yield the findings. Without an address or a token that works, the rest is not looked at."""
    with now.client() as client:
        address = list(_address(client))
        yield from address
        if any(one.level is Level.FAULT for one in address):
            return
        try:
            accounts = [account] if account else [one["id"] for one in client.accounts()]
        except ApiError as error:
            yield Check(Level.FAULT, "token", str(error), told(error).removeprefix(str(error)).strip())
            return
        yield good("token", f"reaches {len(accounts)} accounts")
        for one in accounts:
            for look in (_receivers, _dead, _sources, _telephony):
                yield from _safely(look, client, one)
        if test:
            yield _round_trip(client, accounts, test)
    if stack:
        yield from _alarms(stack)


def _safely(look: Callable[[Client, str], Iterator[Check]], client: Client, account: str) -> Iterator[Check]:
    try:
        yield from look(client, account)
    except ClientError as error:
        yield Check(
            Level.WARNING, f"{account}: {look.__name__.strip('_')}", f"could not be looked at: {error}", told(error)
        )


def _address(client: Client) -> Iterator[Check]:
    began = time.monotonic()
    try:
        answer = client.send("GET", "/version")
    except Unreachable as error:
        yield Check(Level.FAULT, "address", str(error), "Is the hub up (`make run`)? Is the address that of `login`?")
        return
    except ApiError as error:
        yield Check(
            Level.FAULT, "address", f"no hub answers here: {error}", "On AWS the address ends with the stage, /v1."
        )
        return
    found = answer.json()
    took = round((time.monotonic() - began) * 1000)
    yield good(
        "address", f"{client.base_url}, release {found['release']} ({found['commit'] or 'no commit'}), {took} ms"
    )
    yield from _clock(answer.headers.get("date", ""))


def _clock(date: str) -> Iterator[Check]:
    if not date:
        return
    skew = round((datetime.now(UTC) - parsedate_to_datetime(date)).total_seconds())
    if abs(skew) <= SKEW:
        yield good("clock", f"differs by {abs(skew)} s")
        return
    do = "Set the clock of this machine or of the hub: receivers refuse signatures with old times."
    yield Check(Level.FAULT, "clock", f"this machine and the hub differ by {abs(skew)} s", do)


def _receivers(client: Client, account: str) -> Iterator[Check]:
    bad = 0
    for one in client.receivers(account):
        if one["state"] in BAD:
            bad += 1
            last = one["last_answer"]
            answer = f", last answer {last['status'] or last['error']}" if last else ""
            says = f"{one['receiver']} is {one['state']}: {one['deliveries_waiting']} wait{answer}"
            level = Level.WARNING if one["state"] == "paused" else Level.FAULT
            yield Check(level, f"{account}: receiver", says, BAD[one["state"]])
    if not bad:
        yield good(f"{account}: receivers", "none is in trouble")


def _dead(client: Client, account: str) -> Iterator[Check]:
    dead = list(client.deliveries(MOST_DEAD, account=account, state="dead"))
    if not dead:
        yield good(f"{account}: dead letters", "none")
        return
    more = " or more" if len(dead) == MOST_DEAD else ""
    do = f"Mend the receiver, then `switchboard replay --account {account}` (counts) and `--yes` (sends)."
    yield Check(Level.FAULT, f"{account}: dead letters", f"{len(dead)}{more}, the last: {dead[0]['reason']}", do)


def _sources(client: Client, account: str) -> Iterator[Check]:
    bad = 0
    for one in client.sources(account):
        for check in (*_silence(account, one), *_upstream(client, account, one)):
            bad += check.level is not Level.OK
            yield check
    if not bad:
        yield good(f"{account}: sources", "none is silent, none is cut off")


def _silence(account: str, source: Any) -> Iterator[Check]:
    activity = source.get("activity") or {}
    if activity.get("silent_since"):
        do = "Does the PBX post to the source's address? `switchboard sources refused` shows what was refused."
        yield Check(Level.FAULT, f"{account}: source {source['id']}", f"silent since {activity['silent_since']}", do)
    if refused := sum((activity.get("refused") or {}).values()):
        do = f"`switchboard sources refused --account {account}` shows the reasons."
        yield Check(Level.WARNING, f"{account}: source {source['id']}", f"{refused} requests refused in 7 days", do)


def _upstream(client: Client, account: str, source: Any) -> Iterator[Check]:
    upstream = client.source(source["id"])["upstream"]
    if upstream is None:
        return
    if upstream["by"] == "hook":
        upstream = client.check_source(source["id"])["upstream"]
    if upstream["state"] in LOST:
        says = f"{upstream['base_url']} is {upstream['state']}"
        yield Check(Level.FAULT, f"{account}: PBX of {source['id']}", says, LOST[upstream["state"]])
    else:
        yield good(f"{account}: PBX of {source['id']}", upstream["state"])


def _telephony(client: Client, account: str) -> Iterator[Check]:
    try:
        found = client.ask("GET", f"/admin/accounts/{account}/telephony")
    except ApiError as error:
        if error.status != 404:  # noqa: PLR2004 - an account without telephony
            raise
        yield good(f"{account}: telephony", "none: the account starts no calls")
        return
    yield good(f"{account}: telephony", found["provider"])


def _round_trip(client: Client, accounts: list[str], destination: int) -> Check:
    """Send a sample by the queues, and wait for its end."""
    began, what = time.monotonic(), f"round trip to {destination}"
    if len(accounts) != 1:
        return Check(Level.WARNING, what, "no account is named", "Name the account of the destination: --account ID.")
    sample = client.send_test(accounts[0], destination)["deliveries"][0]
    while time.monotonic() - began < WAIT:
        found = client.delivery(sample)
        if found["state"] == "delivered":
            return good(what, f"arrived within {time.monotonic() - began:.1f} s")
        if found["state"] in ("dead", "cancelled", "parked"):
            do = f"`switchboard deliveries show {sample}` has the attempts."
            return Check(Level.FAULT, what, f"the sample is {found['state']}", do)
        time.sleep(PAUSE)
    return Check(
        Level.FAULT, what, f"nothing came within {WAIT:.0f} s", "Look at the alarms of the queues of deliveries."
    )


def _alarms(stack: str) -> Iterator[Check]:
    """Look at the alarms of a stack: queues with dead letters, failing functions, throttles."""
    try:
        found = aws.ringing(stack)
    except aws.AwsError as error:
        yield Check(Level.WARNING, "alarms", str(error), error.do)
        return
    for one in found:
        yield Check(Level.FAULT, f"alarm {one['AlarmName']}", one["StateReason"], one.get("AlarmDescription", ""))
    if not found:
        yield good("alarms", "none is in alarm")
