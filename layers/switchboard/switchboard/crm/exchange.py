"""How a CRM is told of calls: each message is completed with what earlier answers and the connector know."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Protocol

from switchboard.calls.numbers import digits_of, read_number
from switchboard.crm.files import CallFiles
from switchboard.crm.model import Asked, Connector, UploadedFile
from switchboard.crm.ports import Links
from switchboard.deliveries.model import Attempt, Delivery, DeliveryRecord
from switchboard.deliveries.retry import Verdict, judge
from switchboard.subscriptions.model import Subscription

# By our own clock: between a CRM's wish and the news of the call, and the other way round where that is quicker.
ASKED_BEFORE, ASKED_AFTER = timedelta(minutes=2), timedelta(seconds=5)
LONGEST_ANSWER = 64 * 1024


class Wire(Protocol):
    """The CRM's dialect, as its client speaks it."""

    def begins(self, callback: str) -> bool: ...
    def registers(self, callback: str) -> bool: ...
    def records(self, callback: str) -> bool: ...
    def leg_of(self, body: Mapping[str, Any]) -> str: ...
    def recorded(self, body: Mapping[str, Any], file: UploadedFile) -> dict[str, Any]: ...
    def with_recording(self, body: Mapping[str, Any], file: UploadedFile) -> dict[str, Any]: ...
    def asked_for(self, body: Mapping[str, Any]) -> str: ...
    def identified(self, body: Mapping[str, Any], communication_id: str) -> dict[str, Any]: ...
    def complete(self, body: Mapping[str, Any], crm_users: Mapping[str, str], line: str) -> dict[str, Any]: ...
    def communication_in(self, answer: str) -> str: ...
    def is_invalid(self, status: int | None, answer: str) -> bool: ...
    def is_unknown(self, status: int | None, answer: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class CrmExchange:
    """Port Exchange of the deliveries, for subscriptions of connectors: they have the same number.

    `short_attempts` is how often a communication that the CRM does not know is told of before it is left to the
    message that tells of the whole call.
    """

    connector: Callable[[str, str], Connector | None]
    links: Links
    wire: Wire
    files: CallFiles
    short_attempts: int
    answer_limit: int = LONGEST_ANSWER

    def complete(self, delivery: Delivery, subscription: Subscription) -> Delivery:
        """With the CRM's ids of the communication and, where there is a connector, of users and the recording."""
        body = json.loads(delivery.body)
        connector = self.connector(delivery.account, str(subscription.id))
        known = body.pop("communicationId", "") or self._communication_of(delivery, str(subscription.id), body)
        told = self._told_by(connector, delivery, body) if connector else body
        whole = self.wire.identified(told, known)
        return replace(delivery, body=json.dumps(whole, ensure_ascii=False, separators=(",", ":")))

    def heard(self, record: DeliveryRecord, subscription: Subscription, attempt: Attempt) -> Verdict:
        """What is to be remembered of an answer is kept here."""
        delivery, verdict = record.delivery, judge(attempt)
        place = (delivery.account, str(subscription.id), delivery.call_id)
        if verdict is Verdict.DELIVERED:
            self._remember(place, delivery, attempt)
        elif self.wire.is_invalid(attempt.status, attempt.answer):
            return Verdict.REFUSED
        elif self.wire.is_unknown(attempt.status, attempt.answer) and record.attempts_made >= self.short_attempts:
            self.links.unlink(*place)
            return Verdict.REFUSED
        return verdict

    def _told_by(self, connector: Connector, delivery: Delivery, body: Mapping[str, Any]) -> dict[str, Any]:
        told = self.wire.complete(body, connector.crm_users, connector.line)
        callback, call_id = delivery.path.strip("/"), delivery.call_id
        if self.wire.records(callback):
            return self.wire.recorded(told, self.files.given(connector, call_id, self.wire.leg_of(body)))
        file = self.files.untold(connector, call_id) if self.wire.registers(callback) else None
        return self.wire.with_recording(told, file) if file else told

    def _remember(self, place: tuple[str, str, str], delivery: Delivery, attempt: Attempt) -> None:
        callback = delivery.path.strip("/")
        if self.wire.records(callback) or self.wire.registers(callback):
            self._told_of_recording(place)
        if self.wire.begins(callback) and (id_ := self.wire.communication_in(attempt.answer)):
            self.links.link(*place, id_)
        if self.wire.registers(callback):
            self.links.note_registered(*place, attempt.at)

    def _told_of_recording(self, place: tuple[str, str, str]) -> None:
        connector = self.connector(place[0], place[1])
        if connector:
            self.files.told(connector, place[2])

    def _communication_of(self, delivery: Delivery, connector: str, body: Mapping[str, Any]) -> str:
        known = self.links.communication_of(delivery.account, connector, delivery.call_id)
        number = self.wire.asked_for(body) if self.wire.begins(delivery.path.strip("/")) else ""
        if known or not number:
            return known
        found = self._claimed(delivery, connector, number)
        if found:
            self.links.link(delivery.account, connector, delivery.call_id, found)
        return found

    def _claimed(self, delivery: Delivery, connector: str, number: str) -> str:
        """The first of what the CRM asked for lately that this call can be, and no other call is."""
        client = read_number(number)
        if client is None:
            return ""
        since = delivery.created_at - ASKED_BEFORE
        for asked in self.links.asked(delivery.account, connector, digits_of(client), since):
            if _can_be(asked, delivery) and self.links.claim(asked, delivery.call_id):
                return asked.communication_id
        return ""


def _can_be(asked: Asked, delivery: Delivery) -> bool:
    """Of a call that goes out the extension is noted, where it is known."""
    return (
        asked.call_id in ("", delivery.call_id)
        and delivery.note in ("", asked.extension)
        and asked.at <= delivery.created_at + ASKED_AFTER
    )
