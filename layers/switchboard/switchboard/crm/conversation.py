"""Tell a CRM of calls over its REST API: take the steps that the dialect decides, and remember what each step left."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from switchboard.crm.call_files import CallRecordings, no_link
from switchboard.crm.claims import claim_request
from switchboard.crm.file_ports import FormUpload
from switchboard.crm.ports import Links
from switchboard.crm.rest_api import RestApi
from switchboard.deliveries.model import KEPT_OF_ANSWER, Attempt, Delivery, DeliveryRecord
from switchboard.deliveries.ports import Conducted
from switchboard.deliveries.retry import Unsent, Verdict, judge
from switchboard.dialects.rest_crm import Ask, Done, Refuse, Reply, RestCrmModule, SendFile, Situation, Step, Wait
from switchboard.dialects.vendor_requests import FAILURES, VendorAnswer
from switchboard.errors import ProviderRefused, ProviderSilent
from switchboard.kernel.communication import Connector
from switchboard.subscriptions.model import Subscription

MOST_STEPS = 12  # of one message
TIME = 25.0  # seconds for all requests of one message


@dataclass(slots=True)
class _Talk:
    """One message on its way: the situation, and the last request and answer."""

    connector: Connector
    record: DeliveryRecord
    situation: Situation
    at: datetime
    reply: Reply | None = None
    place: tuple[str, str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.place = (self.connector.account, self.connector.id, self.record.delivery.call_id)


@dataclass(frozen=True, slots=True)
class RestExchange:
    """Adapter for the ports `Exchange` and `Conductor` of deliveries.

    A destination without a connector gets the rendered messages as they are. `client` is the dialect's module.
    `link_of` gives the link to a call's recording; see `Situation`.
    """

    connector: Callable[[str, str], Connector | None]
    links: Links
    client: RestCrmModule
    api: RestApi
    recordings: CallRecordings
    clock: Callable[[], datetime]
    link_of: Callable[[str, str], str | None] = no_link
    answer_limit: int = KEPT_OF_ANSWER

    def complete(self, delivery: Delivery, subscription: Subscription) -> Delivery:  # noqa: ARG002
        """Return the delivery of a destination without a connector, unchanged."""
        return delivery

    def heard(self, record: DeliveryRecord, subscription: Subscription, attempt: Attempt) -> Verdict:  # noqa: ARG002
        """Return the verdict by the status, for a destination without a connector."""
        return judge(attempt)

    def conduct(self, record: DeliveryRecord, subscription: Subscription, at: datetime) -> Conducted | None:
        """Take all steps of the message. Facts are stored before the next request is sent."""
        connector = self.connector(record.delivery.account, str(subscription.id))
        if connector is None:
            return None
        talk = _Talk(connector, record, self._situation(connector, record), at)
        ask = self.api.within(connector, TIME)
        for _ in range(MOST_STEPS):
            step = self.client.next_step(talk.situation, talk.reply)
            self._remember(talk, step.remember)
            if not isinstance(step, Ask | SendFile):
                return self._ended(talk, step)
            try:
                answer = ask(step.request) if isinstance(step, Ask) else self._send_file(talk, step)
            except ProviderRefused as error:
                return self._failed(talk, error.code)
            except ProviderSilent:
                return self._failed(talk, "timeout")
            self._note(talk, step, answer)
            if answer.status in FAILURES:
                return self._heard(talk, judge(self._attempt(talk)))
        raise Unsent("too_many_steps", Verdict.REFUSED)

    def _situation(self, connector: Connector, record: DeliveryRecord) -> Situation:
        delivery = record.delivery
        message, body = delivery.path.strip("/"), json.loads(delivery.body)
        place = (delivery.account, connector.id, delivery.call_id)
        about = self.recordings.of(connector, delivery.call_id) if message == self.client.RECORDING else None
        return Situation(
            message=message,
            body=body,
            call_id=delivery.call_id,
            note=delivery.note,
            base_url=connector.base_url,
            users=connector.crm_users,
            line=connector.line,
            settings=connector.settings,
            memory=self.links.facts_of(*place),
            asked=self.links.communication_of(*place) or self._claimed(place, message, body, record),
            recording=about,
            recording_link=self.link_of(delivery.account, delivery.call_id),
        )

    def _claimed(
        self, place: tuple[str, str, str], message: str, body: Mapping[str, Any], record: DeliveryRecord
    ) -> str:
        number, extension = self.client.asked_for(message, body), self.client.asked_by(body)
        found = claim_request(self.links, place, number, extension, record.delivery.created_at)
        if found:
            self.links.link(*place, found.communication_id)
        return found.communication_id if found else ""

    def _remember(self, talk: _Talk, facts: Mapping[str, str]) -> None:
        memory = {**talk.situation.memory, **facts}
        if facts and memory != talk.situation.memory:
            self.links.keep_facts(*talk.place, memory)
        talk.situation = replace(talk.situation, memory=memory)

    def _send_file(self, talk: _Talk, step: SendFile) -> VendorAnswer:
        audio, chunks = self.recordings.bytes_of(talk.connector, talk.place[2])
        upload = FormUpload(step.url, {}, step.form_field, step.name, audio.content_type, audio.size, chunks)
        return self.recordings.send(upload)

    def _note(self, talk: _Talk, step: Ask | SendFile, answer: VendorAnswer) -> None:
        """Keep the last address and body, without the token that the sender added."""
        if isinstance(step, Ask):
            sent = json.dumps(step.request.json, ensure_ascii=False, separators=(",", ":"))
            talk.record = talk.record.addressed(talk.connector.base_url + step.request.paths[0], sent)
        talk.reply = Reply(step.about, answer)

    def _ended(self, talk: _Talk, step: Step) -> Conducted:
        if isinstance(step, Wait):
            raise Unsent(step.reason, Verdict.FAILED, str(round(step.seconds)))
        if isinstance(step, Refuse):
            if talk.reply is None:
                raise Unsent(step.reason, Verdict.REFUSED)
            return self._heard(talk, Verdict.REFUSED)
        if isinstance(step, Done):
            self._settle(talk, step)
        return self._heard(talk, Verdict.DELIVERED)

    def _settle(self, talk: _Talk, done: Done) -> None:
        if done.communication:
            self.links.link(*talk.place, done.communication)
        if talk.situation.message == self.client.REGISTER:
            self.links.note_registered(*talk.place, self.clock())
        if talk.situation.message == self.client.RECORDING:
            self.recordings.note_told(talk.connector, talk.place[2])

    def _heard(self, talk: _Talk, verdict: Verdict) -> Conducted:
        return Conducted(talk.record, self._attempt(talk), verdict)

    def _failed(self, talk: _Talk, reason: str) -> Conducted:
        return Conducted(talk.record, Attempt(talk.at, self._took(talk), error=reason), Verdict.FAILED)

    def _attempt(self, talk: _Talk) -> Attempt:
        if talk.reply is None:
            return Attempt(talk.at, self._took(talk))
        return Attempt(talk.at, self._took(talk), talk.reply.answer.status, answer=talk.reply.answer.text)

    def _took(self, talk: _Talk) -> int:
        return round((self.clock() - talk.at).total_seconds() * 1000)
