"""What the hub asks of amoCRM next, to log one call once.

amoCRM cannot change a logged call, and does not promise to refuse a second one. So the link of the recording goes with
the call, which waits for the recording for a bounded time. Before a call is logged, the hub remembers the attempt.
After an attempt without an answer, the hub first looks for the call at the customer's cards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from switchboard.dialects.amocrm.contacts import CONTACTS, LEADS, embedded, found_in, leads_of, search
from switchboard.dialects.amocrm.requests import (
    completed,
    log_call,
    note_call,
    note_recording,
    notes_at,
    unsorted_call,
)
from switchboard.dialects.amocrm.settings import LEAVE, UNKNOWN, WAIT
from switchboard.dialects.amocrm.tables import INBOUND, RECORDING, TALKED
from switchboard.dialects.reading import inside
from switchboard.dialects.rest_crm import Ask, Done, Refuse, Reply, Situation, Step, Wait
from switchboard.dialects.vendor_requests import BAD_REQUEST, OK, VendorAnswer

# The facts that a call leaves: the card, whether the link went with the call, attempts to log, and waits.
PLACE, LINKED, TRIED, WAITED = "place", "linked", "tried", "waited"
NOWHERE, AT_UNSORTED = "-", "unsorted"
LOGGED, NOTED, ADDED, FOUND, LOOKED, SEEN = "logged", "noted", "added", "found", "looked", "seen"
WAITS = (0.25, 0.75)  # parts of the time that a call waits for its recording; a lane has two fast retries
MOST_CARDS = 4  # looked at after an attempt without an answer
NOT_FOUND_TITLE = "Entity not found"
PAYMENT_REQUIRED, UNPAID_WAIT = 402, 3600.0


def next_step(situation: Situation, reply: Reply | None) -> Step:
    """Return the next step for a call or for its recording."""
    if reply is not None and reply.answer.status == PAYMENT_REQUIRED:
        return Wait("not_paid", UNPAID_WAIT)
    if situation.message == RECORDING:
        return _recording_step(situation, reply)
    if situation.memory.get(PLACE):
        return Done()
    if reply is None:
        return _first(situation)
    return STEPS[reply.about.partition(" ")[0]](situation, reply)


def _recording_step(situation: Situation, reply: Reply | None) -> Step:
    """Add the link to the card of a call that was logged without the link."""
    place = situation.memory.get(PLACE, "")
    if situation.memory.get(LINKED) or "/" not in place or not situation.recording_link:
        return Done()
    if reply is None:
        return Ask(note_recording(place, situation.recording_link), ADDED)
    return Done({LINKED: "1"}) if reply.answer.status in OK else Refuse("note_refused")


def _first(situation: Situation) -> Step:
    if wait := _wait(situation):
        return wait
    if situation.memory.get(TRIED):
        return Ask(search(_phone(situation)), LOOKED)
    return _log(situation)


def _wait(situation: Situation) -> Wait | None:
    """Return the wait for the recording of a conversation; None if the recording is there or the time is over."""
    longest, waited = int(situation.settings.get(WAIT) or 0), int(situation.memory.get(WAITED) or 0)
    talked = situation.body.get("call_status") == TALKED
    if (
        not talked
        or not longest
        or situation.recording_link != ""
        or waited >= len(WAITS)
        or situation.memory.get(TRIED)
    ):
        return None
    return Wait("recording_expected", max(1.0, longest * WAITS[waited]), {WAITED: str(waited + 1)})


def _log(situation: Situation) -> Step:
    return Ask(log_call(_entry(situation)), LOGGED, {TRIED: "1"})


def _logged(situation: Situation, reply: Reply) -> Step:
    if reply.answer.status in OK:
        call = next(iter(embedded(reply.answer, "calls")), {})
        place = f"{call.get('entity_type') or CONTACTS}/{call['entity_id']}" if call.get("entity_id") else NOWHERE
        return _done(situation, place, str(call.get("id") or ""))
    if reply.answer.status == BAD_REQUEST and _is_unknown(reply.answer):
        return Ask(search(_phone(situation)), FOUND)
    return Refuse("call_refused")


def _found(situation: Situation, reply: Reply) -> Step:
    """Log the call at the contact whose number is spelled otherwise, or as an unsorted entry."""
    if reply.answer.status not in OK:
        return Refuse("search_refused")
    contacts = found_in(reply.answer, _phone(situation))
    if contacts:
        place = f"{CONTACTS}/{contacts[0].get('id')}"
        return Ask(note_call(_entry(situation), place), f"{NOTED} {place}")
    if situation.settings.get(UNKNOWN) == LEAVE or situation.body.get("direction") != INBOUND:
        return Done({PLACE: NOWHERE})
    return Ask(unsorted_call(_entry(situation), situation.settings), AT_UNSORTED)


def _noted(situation: Situation, reply: Reply) -> Step:
    place = reply.about.partition(" ")[2]
    note = next(iter(embedded(reply.answer, "notes")), {})
    return _done(situation, place, str(note.get("id") or "")) if reply.answer.status in OK else Refuse("note_refused")


def _unsorted(situation: Situation, reply: Reply) -> Step:
    return _done(situation, AT_UNSORTED, "") if reply.answer.status in OK else Refuse("unsorted_refused")


def _looked(situation: Situation, reply: Reply) -> Step:
    """After an attempt without an answer: look at the cards where amoCRM may have put the call."""
    if reply.answer.status not in OK:
        return Refuse("search_refused")
    return _look_at(situation, _cards(found_in(reply.answer, _phone(situation))))


def _seen(situation: Situation, reply: Reply) -> Step:
    place, *others = reply.about.split(" ")[1:]
    notes = embedded(reply.answer, "notes")
    if any(str(inside(note, "params").get("uniq") or "") == situation.body.get("uniq") for note in notes):
        return _done(situation, place, "")
    return _look_at(situation, others)


def _look_at(situation: Situation, cards: Sequence[str]) -> Step:
    return Ask(notes_at(cards[0]), " ".join((SEEN, *cards))) if cards else _log(situation)


def _cards(contacts: Sequence[Mapping[str, Any]]) -> list[str]:
    cards = [f"{CONTACTS}/{one['id']}" for one in contacts if one.get("id")]
    leads = [f"{LEADS}/{lead}" for one in contacts for lead in leads_of(one)]
    return [*cards[:MOST_CARDS], *leads[:MOST_CARDS]][: 2 * MOST_CARDS]


def _done(situation: Situation, place: str, communication: str) -> Done:
    linked = {LINKED: "1"} if situation.recording_link else {}
    return Done({PLACE: place, **linked}, communication)


def _entry(situation: Situation) -> dict[str, Any]:
    return completed(situation.body, situation.users, situation.settings, situation.recording_link or "")


def _phone(situation: Situation) -> str:
    return str(situation.body.get("phone") or "")


def _is_unknown(answer: VendorAnswer) -> bool:
    """Whether amoCRM knows nobody with the number."""
    errors = answer.body.get("errors") if isinstance(answer.body, Mapping) else None
    listed = errors if isinstance(errors, list) else []
    return any(isinstance(one, Mapping) and one.get("title") == NOT_FOUND_TITLE for one in listed)


STEPS = {
    LOGGED: _logged,
    FOUND: _found,
    NOTED: _noted,
    AT_UNSORTED: _unsorted,
    LOOKED: _looked,
    SEEN: _seen,
}
