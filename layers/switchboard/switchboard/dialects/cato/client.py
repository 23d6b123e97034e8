"""Client of a real SP5000 CATO's API: the parts of a campaign, its start and its report.

Paths, fields and statuses: sp5000-cato, sections 2.2 and 3.1 to 3.6. The document mentions lists without an example,
so a server may not have them. CATO assigns ids itself and has no idempotency keys: objects are found again by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any
from urllib.parse import quote

from switchboard.dialects.campaign_system import CampaignObject, ExecutionReport, TaskParts
from switchboard.dialects.cato.groups import subscriber_view
from switchboard.dialects.cato.read_report import read_report
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
from switchboard.kernel.campaign import NotificationSettings, Subscriber

API = "/api/v1"
TABLE = "S"  # the suffix of durations in the document's table (ruling cato 2)
MOST_PAGES = 200  # of a list or a report
INTERNAL, NOT_NOW = 500, 503
NOT_LISTED = frozenset({NOT_FOUND, 405, INTERNAL, 501})  # statuses of a server that has no lists
NOTHING_THERE = "The other system has no object with this id."
UNREADABLE = "The other system's answer is not the documented one."


def add_audio(token: str, name: str, wav: bytes) -> VendorRequest:
    """Build the request that adds a WAV file (sp5000-cato, section 3.1)."""
    headers = {**_shown(token), "Content-Type": "application/octet-stream"}
    return VendorRequest("PUT", (f"{API}/{CampaignObject.AUDIO}/add/{quote(name, safe='')}",), headers, content=wav)


def add_group(token: str, name: str, subscribers: Sequence[Subscriber]) -> VendorRequest:
    """Build the request that adds a group of subscribers (sp5000-cato, section 3.2)."""
    people = [subscriber_view(one) for one in subscribers]
    return VendorRequest(
        "PUT", (f"{API}/{CampaignObject.GROUP}/add/{quote(name, safe='')}",), _shown(token), json=people
    )


def add_settings(token: str, name: str, settings: NotificationSettings, user_id: str) -> VendorRequest:
    """Build the request that adds settings (sp5000-cato, section 3.3), durations spelt as in its table."""
    shown = settings_view(replace(settings, spelling=TABLE, name=name, user_id=user_id))
    body = {field: value for field, value in shown.items() if field != "id"}
    return VendorRequest("POST", (f"{API}/{CampaignObject.SETTINGS}/",), _shown(token), json=body)


def add_task(token: str, name: str, parts: TaskParts, user_id: str) -> VendorRequest:
    """Build the request that adds a task (sp5000-cato, section 3.4)."""
    body = {"name": name, "settings": parts.settings, "files": list(parts.files), "groups": list(parts.groups)}
    return VendorRequest("POST", (f"{API}/{CampaignObject.TASK}/",), _shown(token), json={**body, "userId": user_id})


def start(token: str, task: str) -> VendorRequest:
    """Build the request that starts a task (sp5000-cato, section 3.5)."""
    return VendorRequest("PUT", (f"{API}/{CampaignObject.TASK}/{quote(task, safe='')}/start",), _shown(token))


def show(token: str, kind: CampaignObject, id_: str, cursor: str = "") -> VendorRequest:
    """Build the request for one object; for an execution its report (section 3.6). Only the hub pages a report."""
    query = {"cursor": cursor} if cursor else {}
    return VendorRequest("GET", (f"{API}/{kind}/{quote(id_, safe='')}",), _shown(token), query)


def show_all(token: str, kind: CampaignObject, query: Mapping[str, str]) -> VendorRequest:
    """Build the request for a list; `query` comes from the page before."""
    return VendorRequest("GET", (f"{API}/{kind}",), _shown(token), query)


def read_made(answer: VendorAnswer) -> str:
    """Return the new object's id. Raises ProviderSilent if the object may exist but the answer has no id."""
    if answer.status in OK:
        id_ = text(_body(answer), "id")
        if id_ is None:
            raise ProviderSilent(UNREADABLE)
        return id_
    raise _not_made(answer)


def read_started(answer: VendorAnswer) -> str:
    """Return the execution's id. Raises ProviderRefused, NotFound, or ProviderSilent if the execution may run."""
    if answer.status not in OK:
        raise NotFound(NOTHING_THERE) if answer.status in (NOT_FOUND, INTERNAL) else _not_made(answer)
    body = _body(answer)
    id_, result = text(body, "taskExecId"), text(body, "result")
    if result == NO_CHANNELS:
        raise ProviderRefused("The other system has no free channels.", Refusal.NO_CHANNELS)
    if id_ is None or result not in (None, SUCCESS):
        raise ProviderSilent(UNREADABLE)
    return id_


def read_shown(answer: VendorAnswer) -> Mapping[str, Any]:
    """Return the object. Raises NotFound for 404 and for the 500 that the document shows (ruling cato 5)."""
    if answer.status in (NOT_FOUND, INTERNAL):
        raise NotFound(NOTHING_THERE)
    if answer.status not in OK:
        raise refusal_of(answer)
    if not isinstance(answer.body, Mapping):
        raise ProviderSilent(UNREADABLE)
    return answer.body


def read_page(answer: VendorAnswer) -> dict[str, str] | None:
    """Return name → id for a page of a list; None if the server has no lists. An execution has its task's name."""
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
    """One user of one CATO. Every method may raise ProviderRefused, ProviderSilent and NotFound."""

    ask: SendToVendor
    token: str
    user_id: str = ""

    def add_audio(self, name: str, wav: bytes) -> str:
        """Add a WAV file and return its id."""
        return read_made(self.ask(add_audio(self.token, name, wav)))

    def add_group(self, name: str, subscribers: Sequence[Subscriber]) -> str:
        """Add a group and return its id."""
        return read_made(self.ask(add_group(self.token, name, subscribers)))

    def add_settings(self, name: str, settings: NotificationSettings) -> str:
        """Add settings and return their id."""
        return read_made(self.ask(add_settings(self.token, name, settings, self.user_id or settings.user_id)))

    def add_task(self, name: str, parts: TaskParts) -> str:
        """Add a task and return its id."""
        return read_made(self.ask(add_task(self.token, name, parts, self.user_id)))

    def start(self, task: str) -> str:
        """Start a task and return the execution's id."""
        return read_started(self.ask(start(self.token, task)))

    def has(self, kind: CampaignObject, id_: str) -> bool:
        """Whether CATO has an object with this id."""
        try:
            read_shown(self.ask(show(self.token, kind, id_)))
        except NotFound:
            return False
        return True

    def find(self, kind: CampaignObject, name: str) -> str | None:
        """Return the id of the object with this name, or None. Raises NotFound if the server has no lists."""
        query: Mapping[str, str] = {}
        for _ in range(MOST_PAGES):
            answer = self.ask(show_all(self.token, kind, query))
            page = read_page(answer)
            if page is None:
                raise NotFound("The other system has no lists of its objects.")
            if name in page or not answer.following:
                return page.get(name)
            query = answer.following
        return None

    def report(self, execution: str) -> Iterator[ExecutionReport]:
        """Yield the report of an execution, one page at a time if the server pages."""
        pages = self._pages(execution)
        return islice(pages, MOST_PAGES)

    def _pages(self, execution: str) -> Iterator[ExecutionReport]:
        cursor = ""
        while True:
            page = read_report(read_shown(self.ask(show(self.token, CampaignObject.EXECUTION, execution, cursor))))
            yield page
            if not page.cursor or page.cursor == cursor:
                return
            cursor = page.cursor


def open_client(ask: SendToVendor, token: str, user_id: str = "") -> CatoClient:
    """Return a client. New objects belong to the user `user_id`, by default to the user of each object."""
    return CatoClient(ask, token, user_id)


def _shown(token: str) -> dict[str, str]:
    return bearer(f"plain:{token}")


def _body(answer: VendorAnswer) -> Mapping[str, Any]:
    return answer.body if isinstance(answer.body, Mapping) else {}


def _not_made(answer: VendorAnswer) -> Refused:
    """Return the error for a failed creation. Only 503 proves that nothing was done; another 5xx is ProviderSilent."""
    if answer.status in FAILURES and answer.status != NOT_NOW:
        return ProviderSilent(f"The other system failed ({answer.status}).")
    return NotFound(NOTHING_THERE) if answer.status == NOT_FOUND else refusal_of(answer)
