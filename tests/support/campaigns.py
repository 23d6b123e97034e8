"""Campaigns for tests: settings, people and executions that make sense, of which a test names what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from switchboard.kernel.campaign import (
    Audience,
    Clip,
    Counters,
    Execution,
    NotificationSettings,
    Subscriber,
    SuccessCondition,
    Task,
)
from tests.support.builders import NOON

CLIP = Clip("campaigns/acme/a1.wav", 8.0)


def a_profile(**fields: Any) -> NotificationSettings:
    """Settings of a notification: two waves, a minute apart."""
    defaults: dict[str, Any] = {
        "account": "acme",
        "id": "n1",
        "name": "profile",
        "attempt_count": 2,
        "attempt_delay": 60,
        "condition": SuccessCondition.PICKUP_PHONE,
        "success_playback": 5,
        "max_call_duration": 90,
        "max_answer_delay": 30,
    }
    return NotificationSettings(**{**defaults, **fields})


def people(count: int, numbers: int = 1, first: int = 0) -> list[Subscriber]:
    """So many subscribers, each with numbers of their own whose last two digits go round."""
    return [
        Subscriber(f"Person {index}", tuple(f"7900{place}{index:06d}" for place in range(numbers)))
        for index in range(first, first + count)
    ]


def a_task(id_: str = "t1", **fields: Any) -> Task:
    defaults: dict[str, Any] = {
        "account": "acme",
        "name": "flood",
        "settings": "n1",
        "files": ("a1",),
        "groups": ("g1",),
        "created_at": NOON,
    }
    return Task(id=id_, **{**defaults, **fields})


def an_execution(id_: str = "x1", size: int = 2, **fields: Any) -> Execution:
    """An execution that has just begun."""
    defaults: dict[str, Any] = {
        "account": "acme",
        "task": "t1",
        "name": "flood",
        "settings": a_profile(),
        "clips": (CLIP,),
        "audience": Audience(f"audience-{id_}", size),
        "timezone": "Europe/Moscow",
        "started_at": NOON,
        "counters": Counters(total=size, not_yet=size),
    }
    return Execution(id=id_, **{**defaults, **fields})


def numbers_of(subscribers: Iterable[Subscriber]) -> list[str]:
    """All numbers, in order."""
    return [number for one in subscribers for number in one.phones]
