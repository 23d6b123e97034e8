"""Take the steps of a hand-over, each step once, also after a worker died.

The hub writes a step into the hand-over's row before the request. If the answer is lost, the hub looks for the object
in the other system's list. An object that was made twice is never used, and calls nobody.

A start must never happen twice. If the other system does not list its executions, the hub does not start again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NoReturn

from switchboard.campaigns.handover.model import (
    START,
    GivenUpError,
    Handover,
    NotYetError,
    OvertakenError,
    Reason,
)
from switchboard.campaigns.handover.ports import Handovers, ReadAudio
from switchboard.campaigns.handover.steps import PAGES_IN_A_GROUP, TASK, HandoverStep, name_of, parts_of, steps_of
from switchboard.campaigns.ports import Audiences
from switchboard.dialects.campaign_system import CampaignObject, CampaignSystem
from switchboard.errors import NotFound, ProviderRefused, Refusal
from switchboard.kernel.campaign import Execution, Subscriber
from switchboard.kernel.numbers import number_and_extension

PASSING = frozenset({Refusal.UNAVAILABLE, Refusal.TOO_FAST})
REASONS = {Refusal.NO_CHANNELS: Reason.NO_CHANNELS, Refusal.FORBIDDEN: Reason.FORBIDDEN}
SETTLED = timedelta(seconds=90)  # longer than an abandoned request can be under way
LOOKS = 2  # at the running executions, before a missing start counts as never received
LOOK_AGAIN = 30.0


@dataclass(frozen=True, slots=True)
class HandOver:
    """Takes the remaining steps."""

    handovers: Handovers
    audiences: Audiences
    read_audio: ReadAudio
    clock: Callable[[], datetime]

    def __call__(
        self, execution: Execution, handover: Handover, system: CampaignSystem, has_time: Callable[[], bool]
    ) -> Handover:
        """Return the hand-over after the last step that there was time for.

        Raises GivenUpError, NotYetError and OvertakenError; ProviderRefused and ProviderSilent for passing failures.
        """
        for step in steps_of(execution):
            if step.key in handover.made:
                continue
            if not has_time():
                break
            handover = self._take_step(execution, handover, system, step)
        return handover

    def keep(self, handover: Handover) -> Handover:
        """Write the hand-over; return the next version. Raises OvertakenError if another worker has written."""
        if not self.handovers.save(handover):
            raise OvertakenError
        return replace(handover, version=handover.version + 1)

    def _take_step(
        self, execution: Execution, handover: Handover, system: CampaignSystem, step: HandoverStep
    ) -> Handover:
        if handover.asked == step.key:
            found = self._find_made(execution, handover, system, step)
            if found is not None:
                return self._record_made(handover, step, found)
        handover = self.keep(replace(handover, asked=step.key, asked_at=self.clock(), missed=0))
        try:
            made = self._make(execution, handover, system, step)
        except ProviderRefused as refused:
            self.keep(replace(handover, asked="", asked_at=None))  # the step was not done
            if refused.refusal in PASSING:
                raise
            raise GivenUpError(REASONS.get(refused.refusal, Reason.REFUSED)) from refused
        except NotFound as error:
            self._give_up_unless_task_exists(handover, system, step)
            raise NotYetError(LOOK_AGAIN) from error
        return self._record_made(handover, step, made)

    def _record_made(self, handover: Handover, step: HandoverStep, id_: str) -> Handover:
        made = {**handover.made, step.key: id_}
        return self.keep(replace(handover, made=made, asked="", asked_at=None, missed=0, failures=0))

    def _make(self, execution: Execution, handover: Handover, system: CampaignSystem, step: HandoverStep) -> str:
        name = name_of(execution, step)
        if step.kind is CampaignObject.AUDIO:
            return system.add_audio(name, self._read_clip(execution.clips[step.place].key))
        if step.kind is CampaignObject.GROUP:
            return system.add_group(name, self._subscribers_of_group(execution, step.place))
        if step.kind is CampaignObject.SETTINGS:
            return system.add_settings(name, execution.settings)
        if step.kind is CampaignObject.TASK:
            return system.add_task(name, parts_of(execution, handover))
        return system.start(handover.made[TASK])

    def _read_clip(self, key: str) -> bytes:
        try:
            return self.read_audio(key)
        except NotFound as error:
            raise GivenUpError(Reason.INCOMPLETE) from error

    def _subscribers_of_group(self, execution: Execution, place: int) -> list[Subscriber]:
        pages = range(place * PAGES_IN_A_GROUP, (place + 1) * PAGES_IN_A_GROUP)
        read = (self.audiences.page(execution.account, execution.audience, page) for page in pages)
        return [_without_extensions(one) for page in read for one in page]

    def _find_made(
        self, execution: Execution, handover: Handover, system: CampaignSystem, step: HandoverStep
    ) -> str | None:
        """Return the id that a step without a known answer has made; None if the step may be repeated."""
        try:
            found = system.find(step.kind, name_of(execution, step))
        except NotFound as error:
            if step.key == START:
                raise GivenUpError(Reason.START_UNKNOWN) from error
            return None
        if found is None and step.key == START:
            self._count_missing_start(handover)
        return found

    def _count_missing_start(self, handover: Handover) -> NoReturn:
        """Count a look that did not find the start. After LOOKS looks and SETTLED the start may be repeated."""
        since, missed = handover.asked_at or handover.began_at, handover.missed + 1
        if missed >= LOOKS and self.clock() >= since + SETTLED:
            self.keep(replace(handover, asked="", asked_at=None, missed=0))
            raise NotYetError(0.0)
        self.keep(replace(handover, missed=missed))
        raise NotYetError(LOOK_AGAIN)

    def _give_up_unless_task_exists(self, handover: Handover, system: CampaignSystem, step: HandoverStep) -> None:
        """Give up after an unknown id; but if the task still exists, the start may have succeeded."""
        if step.key != START or not system.has(CampaignObject.TASK, handover.made[TASK]):
            raise GivenUpError(Reason.NOT_FOUND)


def _without_extensions(subscriber: Subscriber) -> Subscriber:
    """Return a subscriber whose numbers the other system can dial: it knows no extensions."""
    phones = tuple(dict.fromkeys(number_and_extension(phone)[0] for phone in subscriber.phones))
    return subscriber if phones == subscriber.phones else replace(subscriber, phones=phones)
