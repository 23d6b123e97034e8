"""The simulator's reports about a placed call: while it rings, at the answer and at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from switchboard.kernel.call import Disposition, Kind
from switchboard.telephony.progress import CallProgress, ProgressStep, Stage
from switchboard.telephony.simulator.model import ScriptStep, SimulatedCall
from switchboard.telephony.simulator.play import moment_of

# Names, statuses and SIP codes of the campaign report (sp5000-cato, section 3.6); those after the first are ours.
TRYING, RINGING = ("Trying", "TRYING", "SIP_CODE:100"), ("Ringing", "RINGING", "SIP_CODE:180")
TALKING = ("Talking", "TALKING", "SIP_CODE:200")
FINISHED, STOPPED = ("AUDIO_DATA_FINISHED", "NEED_TO_ABORT", None), ("AUDIO_DATA_STOPPED", "PLAYED", None)


def progress_of(call: SimulatedCall, first: int) -> Iterator[CallProgress]:
    """Yield the report for the past steps from index `first` on: the end, else the answer, else the ringing."""
    applied = call.steps[: call.done]
    fresh = applied[first:]
    end = next((step for step in fresh if step.kind is Kind.CALL_ENDED), None)
    answer = next((step for step in fresh if step.kind is Kind.CALL_ANSWERED), None)
    if end is not None and end.told:
        yield _progress(call, Stage.ENDED, end, applied)
    elif answer is not None:
        yield _progress(call, Stage.ANSWERED, answer, applied)
    elif not first and fresh and _rings(call):
        yield _progress(call, Stage.RINGING, fresh[0], applied)


def _progress(call: SimulatedCall, stage: Stage, step: ScriptStep, applied: Sequence[ScriptStep]) -> CallProgress:
    answered = next((one for one in applied if one.kind is Kind.CALL_ANSWERED), None)
    heard = [one for one in applied if one.kind is Kind.PLAYBACK_ENDED]
    return CallProgress(
        account=call.account,
        command=call.command,
        stage=stage,
        at=moment_of(call, step),
        rang_at=call.began_at if _rings(call) else None,
        answered_at=moment_of(call, answered) if answered else None,
        disposition=step.disposition.value if step.disposition else "",
        played=sum(float(one.details["played"]) for one in heard),
        whole=any(one.details.get("last") and one.details["whole"] for one in heard),
        digits="".join(str(one.details["digit"]) for one in applied if one.kind is Kind.DIGIT_PRESSED),
        steps=tuple(_steps(call, applied)),
    )


def _rings(call: SimulatedCall) -> bool:
    """Whether the call rings: somebody answers, or nobody does. A refused call never rings."""
    end = call.steps[-1].disposition
    return any(step.kind is Kind.CALL_ANSWERED for step in call.steps) or end is Disposition.NO_ANSWER


def _steps(call: SimulatedCall, applied: Sequence[ScriptStep]) -> Iterator[ProgressStep]:
    """Yield the events so far. A call that ends with its audio ends by AUDIO_DATA_FINISHED, as the document prints."""
    heard_at = next((step.at for step in applied if _is_finished(step)), None)
    for step in applied:
        if step.kind is not Kind.CALL_ENDED or step.at != heard_at:
            yield from (ProgressStep(moment_of(call, step), *told) for told in _told(call, step))


def _told(call: SimulatedCall, step: ScriptStep) -> Iterator[tuple[str, str, str | None]]:
    """Yield name, status and data of the events of a step."""
    match step.kind:
        case Kind.CALL_STARTED:
            yield TRYING
            if _rings(call):
                yield RINGING
        case Kind.CALL_ANSWERED:
            yield TALKING
        case Kind.DIGIT_PRESSED:
            yield "Digit", "DIGIT_PRESSED", str(step.details["digit"])
        case Kind.PLAYBACK_ENDED:
            if _is_finished(step) or not step.details["whole"]:
                yield FINISHED if step.details["whole"] else STOPPED
        case Kind.CALL_ENDED:
            yield "CallEnded", "ENDED", step.disposition.value if step.disposition else None


def _is_finished(step: ScriptStep) -> bool:
    """Whether the last of the audio was played whole."""
    return step.kind is Kind.PLAYBACK_ENDED and bool(step.details["last"] and step.details["whole"])
