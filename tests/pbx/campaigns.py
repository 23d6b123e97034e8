"""Campaigns at a real Asterisk: their reports beside sipp's own account, and how fast they call."""

from __future__ import annotations

import io
import math
import os
import struct
import time
import wave
from collections import Counter
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from local.cato import Cato
from tests.pbx import telephones
from tests.pbx.ears import likeness, samples_of
from tests.pbx.machine import wait_for
from tests.pbx.telephones import Rung
from tests.pbx.world import PbxHub, say

CHANNELS, RATE = 20, 20
PATIENCE = 6  # seconds that a telephone of a campaign rings
SECONDS = 3.0  # of the message
LEAST_LIKE = 0.9
# The last but one digit of a number chooses what sipp does (crowd.xml). This is how a call must end in the report of a
# campaign that asks for the key 1, and in sipp's own account.
ENDINGS = {
    "0": ("no_code", "released"),
    "1": ("busy", "refused"),
    "2": ("no_answer", "cancelled"),
    "3": ("no_code", "left"),
    "4": ("notified", "released"),
    "5": ("notified", "released"),
    "6": ("invalid_number", "refused"),
    "7": ("unavailable", "refused"),
    "8": ("no_code", "released"),
    "9": ("notified", "released"),
}
REFUSED = "167"
LISTEN, CONFIRM = "PICKUP_AND_LISTEN_FULL", "PICKUP_AND_CONFIRM"


def cut(world: PbxHub) -> str:
    """A cut connection in the middle of a campaign: who answers hears the message, each telephone rings once."""
    numbers = _numbers(CHANNELS, "012368", int(time.time()) % 10)
    before = len(telephones.rung())
    with Cato(world.base_url, world.token("cato")) as client:
        execution = _start(client, numbers, LISTEN)
        wait_for(lambda: any("answered" in one.steps for one in telephones.rung()[before:]), 60)
        world.wire.cut()
        over = wait_for(lambda: not client.progress(execution)["activePhase"], 90)
        progress, found = client.progress(execution), _results(client, execution)
    rung = telephones.rung()[before:]
    if not over or progress["callsInProgress"]:
        return f"slots are held: {progress}"
    counts = Counter(dict.fromkeys(numbers, 0))
    counts.update(one.number for one in rung)
    # A call that was refused within milliseconds may have been over before the cut: its telephone never rang.
    most = {number: 2 if number[-2] in REFUSED else 1 for number in numbers}
    if unlike := {number: count for number, count in counts.items() if not 1 <= count <= most.get(number, 0)}:
        return f"telephones rang so often: {unlike}, and the report says {[found.get(one) for one in unlike]}"
    wrong = [one for one in numbers if (one[-2] in "08") is not (found[one] == "notified")]
    return f"wrong: {[(one, found[one]) for one in wrong]}" if wrong else ""


def large(world: PbxHub) -> str:
    """A campaign of 200 numbers over 20 channels: its report agrees with sipp's account, and the message is heard."""
    numbers = _numbers(200, "".join(ENDINGS), 5)
    before = len(telephones.rung())
    with Cato(world.base_url, world.token("cato")) as client:
        execution = _start(client, numbers, CONFIRM)
        over = wait_for(lambda: not client.progress(execution)["activePhase"], 240)
        found = list(client.subscribers(execution))
    rung = telephones.rung()[before:]
    results = {_number(one): _result(one) for one in found}
    _print_figures(found, rung)
    wrong = Counter((one[-2], results.get(one)) for one in numbers if results.get(one) != ENDINGS[one[-2]][0])
    differing = _differences(rung, numbers)
    heard = _likeness(world)
    say(f"  what a telephone heard is like the message: {heard:.3f}")
    faults = [] if over else ["the campaign is not over"]
    faults += [f"by kind of number the report says {dict(wrong)}"] if wrong else []
    faults += [f"sipp saw {differing}"] if differing else []
    faults += ["the message was not heard"] if heard < LEAST_LIKE else []
    return "; ".join(faults)


def _differences(rung: Sequence[Rung], numbers: Sequence[str]) -> dict[str, Any]:
    """Return what sipp counts otherwise than the report should say, by kind of number."""
    expected = Counter((one[-2], ENDINGS[one[-2]][1]) for one in numbers)
    counted = Counter((one.number[-2], one.end) for one in rung)
    return {
        f"{kind} {end}": counted[kind, end]
        for kind, end in expected | counted
        if counted[kind, end] != expected[kind, end]
    }


def _likeness(world: PbxHub) -> float:
    played = [sample for (sample,) in struct.iter_unpack("<h", _wave_samples(_tones()))]
    recordings = world.ears["ear_recorded"].recordings()
    whole = max(recordings, key=len, default=samples_of(b""))
    return likeness(whole, played) if whole else 0.0


def _print_figures(found: Sequence[dict[str, Any]], rung: Sequence[Rung]) -> None:
    """Print the campaign's figures beside those of sipp alone, which calls the same people over as many channels."""
    claims = {
        _number(one): one["phones"][0]["calls"][0]["callStart"] / 1000 for one in found if one["phones"][0]["calls"]
    }
    waits = sorted(
        one.steps["invited"].replace(tzinfo=UTC).timestamp() - claims[one.number]
        for one in rung
        if one.number in claims
    )
    say(f"  hub:        {telephones.rate(rung):5.1f} calls/s, {telephones.peak(rung)} at a time, {len(rung)} calls")
    if waits:
        say(f"  claim to INVITE: p50 {waits[len(waits) // 2]:.2f} s, p99 {waits[len(waits) * 99 // 100 - 1]:.2f} s")
    alone = _alone([one.number for one in rung])
    say(f"  sipp alone: {telephones.rate(alone):5.1f} calls/s, {telephones.peak(alone)} at a time, {len(alone)} calls")
    share = telephones.rate(rung) / telephones.rate(alone) if alone else 0.0
    load = f"at a load of {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    say(f"  the hub reaches {share:.0%} of sipp's rate, {load}")


def _alone(numbers: Sequence[str]) -> list[Rung]:
    """Have sipp call sipp. Who presses a key in the campaign puts the receiver down as soon, here."""
    kinds = {"4": "3", "5": "3", "9": "3", "8": "0"}
    people = [number[:-2] + kinds.get(number[-2], number[-2]) + number[-1] for number in numbers]
    manner = telephones.Manner(SECONDS + 5, PATIENCE, RATE, CHANNELS)
    with telephones.crowd(telephones.ALONE):
        telephones.call([("100", one) for one in people], telephones.ALONE, manner)
        return telephones.rung(telephones.ALONE)


def _numbers(count: int, kinds: str, last: int) -> list[str]:
    return [f"7999{place:05d}{kinds[place % len(kinds)]}{last}" for place in range(count)]


def _results(client: Cato, execution: str) -> dict[str, str]:
    return {_number(one): _result(one) for one in client.subscribers(execution)}


def _number(subscriber: dict[str, Any]) -> str:
    return str(subscriber["phones"][0]["number"]).removeprefix("+")


def _result(subscriber: dict[str, Any]) -> str:
    calls = subscriber["phones"][0]["calls"]
    return str(calls[-1]["result"]) if calls else ""


def _start(client: Cato, numbers: Sequence[str], condition: str) -> str:
    name = f"pbx-{time.time():.0f}"
    audio = client.add_audio(f"{name}.wav", _tones())
    people = [{"fullName": f"Person {number[-7:]}", "phones": [number], "emails": ""} for number in numbers]
    profile = {
        "name": name,
        "attemptCount": 1,
        "attemptDelayS": 5,
        "successCondition": condition,
        "maxCallDurationS": 30,
        "maxAnswerDelayS": PATIENCE,
    }
    settings = client.add("notification-settings", profile)
    group = client.add_group(name, people)
    return client.start(client.add("tasks", {"name": name, "settings": settings, "files": [audio], "groups": [group]}))


def _wave_samples(file: bytes) -> bytes:
    with wave.open(io.BytesIO(file)) as opened:
        return opened.readframes(opened.getnframes())


def _tones() -> bytes:
    """Return a WAV file of changing tones, which do not repeat."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        pitches = [300 + 90 * (place // 800 * 5 % 7) + 11 * (place // 1600) for place in range(int(8000 * SECONDS))]
        samples = [int(9000 * math.sin(2 * math.pi * pitch * place / 8000)) for place, pitch in enumerate(pitches)]
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return out.getvalue()
