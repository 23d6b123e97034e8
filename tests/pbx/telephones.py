"""sipp's telephones, and their own account of what happened: who was called, when, and how each call ended."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tests.pbx import machine
from tests.pbx.ears import Ear

TRUNK, PHONE, CALLER, ALONE = 15070, 15071, 15072, 15073  # ports of SIP
EARS = {"ear_rtp": (15080, 101), "ear_recorded": (15082, 0), "ear_other": (15084, 101)}  # port and payload type of keys
LINE = re.compile(r"^(\d{4}-\d\d-\d\d)\s+(\d\d:\d\d:\d\d\.\d+)\S*\s+(?:\d+\.\d+\s+)?(\w+) <sip:\+?(\d+)@")
OVER = ("released", "left", "cancelled", "refused")


@dataclass(slots=True)
class Rung:
    """A call as the telephone saw it. `steps` are the times of its steps."""

    number: str
    steps: dict[str, datetime] = field(default_factory=dict)

    @property
    def end(self) -> str:
        """The step that ended the call; empty while it lasts."""
        return next((step for step in OVER if step in self.steps), "")

    @property
    def ended_at(self) -> datetime | None:
        return self.steps.get(self.end)


@contextmanager
def crowd(port: int = TRUNK) -> Iterator[None]:
    """The telephones behind a port of SIP."""
    scenario = Path(__file__).with_name("crowd.xml").read_text()
    (machine.FOLDER / "crowd.xml").write_text(scenario)
    log_of(port).unlink(missing_ok=True)
    keys = [word for name, (at, _) in EARS.items() for word in ("-key", name, str(at))]
    logs = ("-trace_logs", "-log_file", f"/{log_of(port).name}")
    command = ("sipp", "-sf", "/crowd.xml", "-i", "127.0.0.1", "-p", str(port), "-nostdin", *keys, *logs)
    with machine.started(f"sipp-{port}", *command):
        yield


@contextmanager
def ears() -> Iterator[dict[str, Ear]]:
    """The ears of those who are recorded, and of those who press a key."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(Ear(port, payload)) for name, (port, payload) in EARS.items()}


def log_of(port: int) -> Path:
    return machine.FOLDER / f"crowd-{port}.log"


def rung(port: int = TRUNK) -> list[Rung]:
    """Return the calls so far, in the order of their INVITEs."""
    calls: list[Rung] = []
    latest: dict[str, Rung] = {}
    for line in log_of(port).read_text(errors="replace").splitlines() if log_of(port).exists() else []:
        found = LINE.match(line)
        if not found:
            continue
        at, step, number = datetime.fromisoformat(f"{found[1]} {found[2]}"), found[3], found[4]
        if step == "invited":
            latest[number] = Rung(number)
            calls.append(latest[number])
        if number in latest:
            latest[number].steps.setdefault(step, at)
    return calls


@dataclass(frozen=True, slots=True)
class Manner:
    """How sipp calls: seconds of talk and of patience, calls a second, and calls at a time."""

    talk: float
    patience: float
    rate: int = 1
    at_once: int = 1


def call(pairs: Sequence[tuple[str, str]], to: int, manner: Manner) -> bool:
    """Have sipp call: pairs of caller and called number, to a port. Return whether sipp counts no failed call."""
    scenario = Path(__file__).with_name("caller.xml").read_text()
    for name, seconds in (("TALK", manner.talk), ("PATIENCE", manner.patience)):
        scenario = scenario.replace(f'timeout="{name}"', f'timeout="{round(seconds * 1000)}"')
    (machine.FOLDER / "caller.xml").write_text(scenario)
    lines = "".join(f"{caller};{called}\n" for caller, called in pairs)
    (machine.FOLDER / "caller.csv").write_text(f"SEQUENTIAL\n{lines}")
    limits = ("-m", str(len(pairs)), "-r", str(manner.rate), "-l", str(manner.at_once), "-timeout", "60s")
    where = ("-i", "127.0.0.1", "-p", str(CALLER), "-nostdin", f"127.0.0.1:{to}")
    command = ("sipp", "-sf", "/caller.xml", "-inf", "/caller.csv", *limits, *where)
    done = subprocess.run(["chroot", str(machine.FOLDER), *command], capture_output=True, text=True, check=False)  # noqa: S607
    (machine.FOLDER.parent / "caller.log").write_text(done.stdout + done.stderr)
    return done.returncode == 0


def peak(calls: Sequence[Rung]) -> int:
    """Return how many calls there were at a time, at most."""
    moments = [(one.steps["invited"], 1) for one in calls] + [(one.ended_at, -1) for one in calls if one.ended_at]
    at_once = most = 0
    for _, change in sorted(moments, key=lambda moment: moment[0]):
        at_once += change
        most = max(most, at_once)
    return most


def rate(calls: Sequence[Rung]) -> float:
    """Return how many calls a second began, from the first INVITE to the last."""
    times = [one.steps["invited"] for one in calls]
    seconds = (max(times) - min(times)).total_seconds() if times else 0.0
    return (len(times) - 1) / seconds if seconds else 0.0


def ends(calls: Sequence[Rung]) -> Counter[str]:
    """Count how calls ended, by the telephone's own account."""
    return Counter(one.end or "lasting" for one in calls)
