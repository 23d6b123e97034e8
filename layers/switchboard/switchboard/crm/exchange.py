"""Complete the messages to a CRM, and read its answers. A message needs the ids from earlier answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from switchboard.crm.claims import claim_request
from switchboard.crm.files import CallFiles
from switchboard.crm.ports import Links
from switchboard.deliveries.model import Attempt, Delivery, DeliveryRecord
from switchboard.deliveries.retry import Verdict, judge
from switchboard.dialects.crm_roles import CrmClientModule
from switchboard.kernel.call import Number
from switchboard.kernel.communication import Connector
from switchboard.kernel.numbers import digits_of
from switchboard.subscriptions.model import Subscription

LONGEST_ANSWER = 64 * 1024


@dataclass(frozen=True, slots=True)
class CrmExchange:
    """Adapter for the port `deliveries.ports.Exchange`. A connector and its subscription have the same number.

    `short_attempts` is the number of attempts for a communication that the CRM does not know. Then the message about
    the whole call replaces the message.
    """

    connector: Callable[[str, str], Connector | None]
    links: Links
    dialect: CrmClientModule
    files: CallFiles
    short_attempts: int
    answer_limit: int = LONGEST_ANSWER

    def complete(self, delivery: Delivery, subscription: Subscription) -> Delivery:
        """Return the delivery with the CRM's ids of communication, users and recording. Raises Unsent."""
        body = json.loads(delivery.body)
        connector = self.connector(delivery.account, str(subscription.id))
        known = body.pop("communicationId", "") or self._communication_of(delivery, str(subscription.id), body)
        told = self._completed(connector, delivery, body) if connector else body
        whole = self.dialect.identified(told, known)
        return replace(delivery, body=json.dumps(whole, ensure_ascii=False, separators=(",", ":")))

    def heard(self, record: DeliveryRecord, subscription: Subscription, attempt: Attempt) -> Verdict:
        """Store the ids from the answer, and return the verdict on the attempt."""
        delivery, verdict = record.delivery, judge(attempt)
        place = (delivery.account, str(subscription.id), delivery.call_id)
        if verdict is Verdict.DELIVERED:
            self._store_answer(place, delivery, attempt)
        elif self.dialect.is_invalid(attempt.status, attempt.answer):
            return Verdict.REFUSED
        elif self.dialect.is_unknown(attempt.status, attempt.answer) and record.attempts_made >= self.short_attempts:
            self.links.unlink(*place)
            return Verdict.REFUSED
        return verdict

    def _completed(self, connector: Connector, delivery: Delivery, body: Mapping[str, Any]) -> dict[str, Any]:
        callback, call_id = delivery.path.strip("/"), delivery.call_id
        told = self.dialect.complete(body, delivery.note, connector.crm_users, connector.line)
        told = self.dialect.named(callback, told, connector.integration)
        if self.dialect.records(callback):
            return self.dialect.recorded(told, self.files.upload_once(connector, call_id, self.dialect.leg_of(body)))
        file = self.files.unreported_file(connector, call_id) if self.dialect.registers(callback) else None
        return self.dialect.with_recording(told, file) if file else told

    def _store_answer(self, place: tuple[str, str, str], delivery: Delivery, attempt: Attempt) -> None:
        callback = delivery.path.strip("/")
        if self.dialect.records(callback) or self.dialect.registers(callback):
            self._mark_recording(place)
        if self.dialect.begins(callback) and (id_ := self.dialect.communication_in(attempt.answer)):
            self.links.link(*place, id_)
        if self.dialect.registers(callback):
            self.links.note_registered(*place, attempt.at)

    def _mark_recording(self, place: tuple[str, str, str]) -> None:
        connector = self.connector(place[0], place[1])
        if connector:
            self.files.mark_reported(connector, place[2])

    def _communication_of(self, delivery: Delivery, connector: str, body: Mapping[str, Any]) -> str:
        known = self.links.communication_of(delivery.account, connector, delivery.call_id)
        number = self.dialect.asked_for(body) if self.dialect.begins(delivery.path.strip("/")) else ""
        if known or not number:
            return known
        found = self._claim_request(delivery, connector, number)
        if found:
            self.links.link(delivery.account, connector, delivery.call_id, found)
        return found

    def _claim_request(self, delivery: Delivery, connector: str, number: str) -> str:
        """Claim the request that the call results from. Return its communication id; empty if none fits."""
        key = digits_of(Number(number))  # the message has E.164 without `+`: the number was read by its source
        place, extension = (delivery.account, connector, delivery.call_id), self.dialect.asked_by(delivery.note)
        found = claim_request(self.links, place, key, extension, delivery.created_at)
        return found.communication_id if found else ""
