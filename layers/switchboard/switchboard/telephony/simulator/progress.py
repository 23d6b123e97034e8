"""The simulator's reports about a placed call, at the answer and at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from switchboard.kernel.call import Kind
from switchboard.telephony.progress import CallProgress, ProgressStep, Stage
from switchboard.telephony.simulator.model import ScriptStep, SimulatedCall
from switchboard.telephony.simulator.play import moment_of

NAMES = {
    Kind.CALL_STARTED: ("Trying", "TRYING"),
    Kind.CALL_ANSWERED: ("Talking", "TALKING"),
    Kind.DIGIT_PRESSED: ("Digit", "DIGIT_PRESSED"),
    Kind.PLAYBACK_ENDED: ("AUDIO_DATA_FINISHED", "PLAYED"),
    Kind.CALL_ENDED: ("CallEnded", "ENDED"),
}


def progress_of(call: SimulatedCall, first: int) -> Iterator[CallProgress]:
    """Yield the report for the past steps from index `first` on: the end, else the answer, else nothing."""
    applied = call.steps[: call.done]
    fresh = applied[first:]
    end = next((step for step in fresh if step.kind is Kind.CALL_ENDED), None)
    answer = next((step for step in fresh if step.kind is Kind.CALL_ANSWERED), None)
    if end is not None and end.told:
        yield _progress(call, Stage.ENDED, end, applied)
    elif answer is not None:
        yield _progress(call, Stage.ANSWERED, answer, applied)


def _progress(call: SimulatedCall, stage: Stage, step: ScriptStep, applied: Sequence[ScriptStep]) -> CallProgress:
    answered = next((one for one in applied if one.kind is Kind.CALL_ANSWERED), None)
    heard = [one for one in applied if one.kind is Kind.PLAYBACK_ENDED]
    rang = answered is not None or (step.disposition is not None and step.disposition.value == "no_answer")
    return CallProgress(
        account=call.account,
        command=call.command,
        stage=stage,
        at=moment_of(call, step),
        rang_at=call.began_at if rang else None,
        answered_at=moment_of(call, answered) if answered else None,
        disposition=step.disposition.value if step.disposition else "",
        played=sum(float(one.details["played"]) for one in heard),
        whole=any(one.details.get("last") and one.details["whole"] for one in heard),
        digits="".join(str(one.details["digit"]) for one in applied if one.kind is Kind.DIGIT_PRESSED),
        steps=tuple(_moment(call, one) for one in applied),
    )


def _moment(call: SimulatedCall, step: ScriptStep) -> ProgressStep:
    name, status = NAMES.get(step.kind, (step.kind.value, step.kind.name))
    details = step.details
    data = details.get("digit") or details.get("key") or (step.disposition.value if step.disposition else None)
    return ProgressStep(moment_of(call, step), name, status, data)
