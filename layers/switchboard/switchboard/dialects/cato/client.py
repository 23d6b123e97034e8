"""The API of a real SP5000 CATO, asked by us: what a campaign is made of, its start and its report.

Paths, fields and statuses are those of sections 2.2 and 3.1 to 3.6 of its document, which shows how things are made.
That they can be listed as well is said there without an example: whoever lists expects to be told that it is not so.
Names of things are what they are found by again, because CATO gives ids of its own and knows no repeats.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from typing import Any
from urllib.parse import quote

from switchboard.campaigns.model import NotificationSettings, Subscriber
from switchboard.dialects.cato.groups import subscriber_view
from switchboard.dialects.cato.read_report import ExecutionReport, read_report
from switchboard.dialects.cato.render import NO_CHANNELS, SUCCESS, settings_view
from switchboard.dialects.reading import inside, text
from switchboard.dialects.vendor_requests import (
    FAILURES,
    NOT_FOUND,
    OK,
    SendToVendor,
    VendorAnswer,
    VendorRequest,
    bearer,
    refusal_of,
)
from switchboard.errors import NotFound, ProviderRefused, ProviderSilent, Refusal, Refused

API = "/api/v1"
TABLE = "S"  # how the document's table ends the names of durations (ruling cato 2)
MOST_PAGES = 200  # of a list, or of a report
INTERNAL, NOT_NOW = 500, 503
NOT_LISTED = frozenset({NOT_FOUND, 405, INTERNAL, 501})  # how a server says that it has no such path
NOTHING_THERE = "The other system knows no such id."
UNREADABLE = "The other system's answer is not the documented one."


class CatoObject(StrEnum):
    """What is kept there; the names are those of the paths."""

    AUDIO = "audio-files"
    GROUP = "subscriber-groups"
    SETTINGS = "notification-settings"
    TASK = "tasks"
    EXECUTION = "task-execs"


@dataclass(frozen=True, slots=True)
class TaskParts:
    """The ids of what a task is made of, as CATO gave them."""

    settings: str
    files: Sequence[str]
    groups: Sequence[str]


def add_audio(token: str, name: str, wav: bytes) -> VendorRequest:
    """Keep a WAV file (section 3.1)."""
    headers = {**_shown(token), "Content-Type": "application/octet-stream"}
    return VendorRequest("PUT", (f"{API}/{CatoObject.AUDIO}/add/{quote(name, safe='')}",), headers, content=wav)


def add_group(token: str, name: str, subscribers: Sequence[Subscriber]) -> VendorRequest:
    """Keep a list of subscribers (section 3.2)."""
    people = [subscriber_view(one) for one in subscribers]
    return VendorRequest("PUT", (f"{API}/{CatoObject.GROUP}/add/{quote(name, safe='')}",), _shown(token), json=people)


def add_settings(token: str, name: str, settings: NotificationSettings, user_id: str) -> VendorRequest:
    """Keep settings (section 3.3), in the spelling of its table; what is ours alone only where somebody gave it."""
    shown = settings_view(replace(settings, spelling=TABLE, name=name, user_id=user_id))
    body = {field: value for field, value in shown.items() if field != "id"}
    return VendorRequest("POST", (f"{API}/{CatoObject.SETTINGS}/",), _shown(token), json=body)


def add_task(token: str, name: str, parts: TaskParts, user_id: str) -> VendorRequest:
    """Keep a task (section 3.4)."""
    body = {"name": name, "settings": parts.settings, "files": list(parts.files), "groups": list(parts.groups)}
    return VendorRequest("POST", (f"{API}/{CatoObject.TASK}/",), _shown(token), json={**body, "userId": user_id})


def start(token: str, task: str) -> VendorRequest:
    """Start a task (section 3.5)."""
    return VendorRequest("PUT", (f"{API}/{CatoObject.TASK}/{quote(task, safe='')}/start",), _shown(token))


def show(token: str, kind: CatoObject, id_: str, cursor: str = "") -> VendorRequest:
    """One of a kind: of executions the report (section 3.6), whose further pages are ours alone."""
    query = {"cursor": cursor} if cursor else {}
    return VendorRequest("GET", (f"{API}/{kind}/{quote(id_, safe='')}",), _shown(token), query)


def show_all(token: str, kind: CatoObject, query: Mapping[str, str]) -> VendorRequest:
    """All of a kind; `query` is what the page before told."""
    return VendorRequest("GET", (f"{API}/{kind}",), _shown(token), query)


def read_made(answer: VendorAnswer) -> str:
    """The id of what was made. ProviderSilent where it may have been, and there is no id."""
    if answer.status in OK:
        id_ = text(_body(answer), "id")
        if id_ is None:
            raise ProviderSilent(UNREADABLE)
        return id_
    raise _not_made(answer)


def read_started(answer: VendorAnswer) -> str:
    """The id of the execution; ProviderRefused with NO_CHANNELS, NotFound, or ProviderSilent where it may run."""
    if answer.status not in OK:
        raise NotFound(NOTHING_THERE) if answer.status in (NOT_FOUND, INTERNAL) else _not_made(answer)
    body = _body(answer)
    id_, result = text(body, "taskExecId"), text(body, "result")
    if result == NO_CHANNELS:
        raise ProviderRefused("The other system has no channels.", Refusal.NO_CHANNELS)
    if id_ is None or result not in (None, SUCCESS):
        raise ProviderSilent(UNREADABLE)
    return id_


def read_shown(answer: VendorAnswer) -> Mapping[str, Any]:
    """What there is of this id; NotFound for 404 and for the 500 that the document shows (ruling cato 5)."""
    if answer.status in (NOT_FOUND, INTERNAL):
        raise NotFound(NOTHING_THERE)
    if answer.status not in OK:
        raise refusal_of(answer)
    if not isinstance(answer.body, Mapping):
        raise ProviderSilent(UNREADABLE)
    return answer.body


def read_page(answer: VendorAnswer) -> dict[str, str] | None:
    """Name → id of a page of a list; None where the server does not list. Executions have the names of their tasks."""
    if answer.status in NOT_LISTED:
        return None
    if answer.status not in OK:
        raise refusal_of(answer)
    if not isinstance(answer.body, list):
        return None
    entries = [one for one in answer.body if isinstance(one, Mapping)]
    named = ((text(one, "name") or text(inside(one, "report"), "name"), text(one, "id")) for one in entries)
    return {name: id_ for name, id_ in named if name and id_}


@dataclass(frozen=True, slots=True)
class CatoClient:
    """One user of one CATO: every question with the reading of its answer."""

    ask: SendToVendor
    token: str
    user_id: str = ""

    def add_audio(self, name: str, wav: bytes) -> str:
        """The id of a new audio file."""
        return read_made(self.ask(add_audio(self.token, name, wav)))

    def add_group(self, name: str, subscribers: Sequence[Subscriber]) -> str:
        """The id of a new group."""
        return read_made(self.ask(add_group(self.token, name, subscribers)))

    def add_settings(self, name: str, settings: NotificationSettings) -> str:
        """The id of new settings."""
        return read_made(self.ask(add_settings(self.token, name, settings, self.user_id or settings.user_id)))

    def add_task(self, name: str, parts: TaskParts) -> str:
        """The id of a new task."""
        return read_made(self.ask(add_task(self.token, name, parts, self.user_id)))

    def start(self, task: str) -> str:
        """The id of a new execution."""
        return read_started(self.ask(start(self.token, task)))

    def has(self, kind: CatoObject, id_: str) -> bool:
        """Whether there is something of this id."""
        try:
            read_shown(self.ask(show(self.token, kind, id_)))
        except NotFound:
            return False
        return True

    def find(self, kind: CatoObject, name: str) -> str | None:
        """The id of what has this name, None where nothing has; NotFound where the server does not list."""
        query: Mapping[str, str] = {}
        for _ in range(MOST_PAGES):
            answer = self.ask(show_all(self.token, kind, query))
            page = read_page(answer)
            if page is None:
                raise NotFound("The other system does not list what it has.")
            if name in page or not answer.following:
                return page.get(name)
            query = answer.following
        return None

    def report(self, execution: str) -> Iterator[ExecutionReport]:
        """The report of an execution; a long one by the page, where the server does so."""
        pages = self._pages(execution)
        return islice(pages, MOST_PAGES)

    def _pages(self, execution: str) -> Iterator[ExecutionReport]:
        cursor = ""
        while True:
            page = read_report(read_shown(self.ask(show(self.token, CatoObject.EXECUTION, execution, cursor))))
            yield page
            if not page.cursor or page.cursor == cursor:
                return
            cursor = page.cursor


def _shown(token: str) -> dict[str, str]:
    return bearer(f"plain:{token}")


def _body(answer: VendorAnswer) -> Mapping[str, Any]:
    return answer.body if isinstance(answer.body, Mapping) else {}


def _not_made(answer: VendorAnswer) -> Refused:
    """Only 503 says of itself that nothing was done; after any other failure it may have been."""
    if answer.status in FAILURES and answer.status != NOT_NOW:
        return ProviderSilent(f"The other system failed ({answer.status}).")
    return NotFound(NOTHING_THERE) if answer.status == NOT_FOUND else refusal_of(answer)
