"""A campaign of the simulator's, from its audio to its report, followed on the terminal."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from typing import Any

from local import background
from local.cato import Cato, equip
from local.errors import LocalError
from local.files import read_json
from local.live import Live
from local.lock import Lock
from local.operator import Operator
from local.paths import Paths, shown
from local.sounds import signal
from local.terminal import heading, row, say, styled

ACCOUNT = "demo-campaign"
MOST = 5000
TEXT = "Attention please. The river will rise above its banks tonight. Leave the lower streets before eight o'clock."
VOICE = "en"
PROFILE = {
    "name": "evening",
    "attemptCount": 2,
    "attemptDelayS": 5,
    "successCondition": "PICKUP_AND_LISTEN_SOME",
    "successPlaybackDurationS": 4,
    "maxCallDurationS": 60,
    "maxAnswerDelayS": 12,
}
TELEPHONY = {"ring": 3, "speed": 2}
# By their last digits most listen, one's second number does; others are busy, away, gone too soon, or no numbers.
ENDINGS = (("00",), ("65", "01"), ("02",), ("70",), ("03",), ("52",), ("04",), ("80",), ("05",), ("75", "06"), ("75",))
_FIRST = ("Anna", "Boris", "Clara", "Denis", "Elsa", "Felix", "Greta", "Hugo", "Irma", "Jonas", "Karin", "Leo", "Mira")
_LAST = ("Alder", "Birch", "Cedar", "Dale", "Elm", "Fern", "Grove", "Hazel", "Linden", "Maple", "Oak")
_LOOK_EVERY = 0.5


def main(paths: Paths, count: str) -> None:
    """Play a campaign for so many people, on the hub that runs or on one that is started."""
    if not (count.isascii() and count.isdecimal() and 1 <= int(count) <= MOST):
        raise LocalError(f"N is the number of people, from 1 to {MOST}.")
    hub = _hub(paths)
    with ExitStack() as stack:
        operator = stack.enter_context(Operator(hub["base_url"], hub["operator_token"]))
        operator.add("/admin/accounts", {"id": ACCOUNT, "name": "Campaigns"})
        channels = min(30, max(8, int(count) // 8))
        telephony, limits = {**TELEPHONY, "channels": 100, "cps": 100}, {"channels": channels, "cps": channels}
        token = equip(operator, ACCOUNT, telephony, limits)
        stack.callback(operator.ask, "DELETE", f"/admin/tokens/{token['id']}", also=404)
        client = stack.enter_context(Cato(hub["base_url"], token["token"]))
        execution = _begin(client, int(count), channels)
        _follow(client, execution)
        _tell(paths, client, execution)


def _hub(paths: Paths) -> Mapping[str, Any]:
    if Lock(paths.hub_lock).holder() is None:
        background.start(paths)
    hub: Mapping[str, Any] = read_json(paths.hub)
    if not hub:
        raise LocalError("The hub is being started; try again when it is ready.")
    return hub


def people(count: int) -> list[dict[str, Any]]:
    """So many, each with a name and numbers of their own."""
    found = []
    for index in range(count):
        name = f"{_FIRST[index % len(_FIRST)]} {_LAST[index % len(_LAST)]}"
        endings = ENDINGS[index % len(ENDINGS)]
        phones = [f"79{place}0{index:05d}{ending}" for place, ending in enumerate(endings)]
        found.append({"fullName": name, "phones": phones, "emails": ""})
    return found


def _begin(client: Cato, count: int, channels: int) -> str:
    heading("What a campaign needs")
    spoken = client.speak("flood_warning", TEXT, VOICE)
    audio = spoken or client.add_audio("flood_signal", signal(6.0))
    _made("a message", "spoken" if spoken else "a signal: nothing here speaks", audio)
    group = client.add_group("lower_streets", people(count))
    _made("a group", f"{count} people", group)
    settings = client.add("notification-settings", PROFILE)
    _made("settings", f"{PROFILE['attemptCount']} waves, {channels} channels", settings)
    task = client.add("tasks", {"name": "flood", "settings": settings, "files": [audio], "groups": [group]})
    _made("a task", "all of these", task)
    dry = client.dry_run(task)
    row("·", "cyan", ("a dry run", 14), (f"{dry['wouldBeCalled']} people would be called", 0))
    execution = client.start(task)
    _made("its execution", "started", execution)
    return execution


def _made(what: str, how: str, id_: str) -> None:
    row("·", "cyan", (what, 14), (how, 30), (id_, 0))


def _follow(client: Cato, execution: str) -> None:
    heading("How it goes")
    live = Live()
    try:
        while True:
            told = client.progress(execution)
            live.show(told)
            if not told["activePhase"]:
                return
            time.sleep(_LOOK_EVERY)
    except KeyboardInterrupt:
        client.stop(execution)
        say("\n  It was stopped: calls that run go on, and nobody else is called.")
        raise


def _tell(paths: Paths, client: Cato, execution: str) -> None:
    people, calls = summary(client.subscribers(execution))
    heading("What came of it")
    for title, counted in (("people", people), ("calls", calls)):
        for place, (what, count) in enumerate(counted.most_common()):
            row(
                " ", "dim", (title if not place else "", 7), (what, 24), (f"{count:>5}", 5), (_share(count, counted), 0)
            )
    table = paths.home / "campaign-report.csv"
    table.write_bytes(client.table(execution))
    say(f"\n  Every call is a line of {styled(shown(table), 'bold')}.")


def summary(subscribers: Iterable[Mapping[str, Any]]) -> tuple[Counter[str], Counter[str]]:
    """Count people by what became of them, and calls by how they ended."""
    people, calls = Counter[str](), Counter[str]()
    for one in subscribers:
        people["notified" if one["notified"] else f"failed: {_worded(one['reason'])}"] += 1
        for phone in one["phones"]:
            calls.update(_end(call) for call in phone["calls"])
    return people, calls


def _end(call: Mapping[str, Any]) -> str:
    return "heard the message" if call["success"] else _worded(call["result"])


def _worded(result: str) -> str:
    return result.replace("_", " ")


def _share(count: int, counted: Counter[str]) -> str:
    return styled("█" * max(1, round(30 * count / counted.total())), "blue")
