"""Reports about a placed call: while it rings, at the answer and at the end. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from switchboard.kernel.call import Disposition
from switchboard.telephony.chime.model import FIRST, ChimeCall, ChimeKind
from switchboard.telephony.progress import CallProgress, ProgressStep, Stage


def report_between(before: ChimeCall | None, after: ChimeCall) -> CallProgress | None:
    """Return the report of a change: the end, else the answer, else the ringing; None if nothing of these is new.

    `before` is None to tell the latest report again.
    """
    if after.kind is not ChimeKind.PLACED:
        return None
    stage = _stage_of(after)
    if stage is None or (before is not None and stage is _stage_of(before)):
        return None
    return _report(after, stage)


def _stage_of(call: ChimeCall) -> Stage | None:
    leg = call.legs[FIRST]
    if call.ended_at:
        return Stage.ENDED
    if leg.answered_at:
        return Stage.ANSWERED
    return Stage.RINGING if leg.rang_at else None


def _report(call: ChimeCall, stage: Stage) -> CallProgress:
    leg = call.legs[FIRST]
    times = {Stage.ENDED: call.ended_at, Stage.ANSWERED: leg.answered_at, Stage.RINGING: leg.rang_at}
    return CallProgress(
        account=call.account,
        command=call.command,
        stage=stage,
        at=times[stage] or call.began_at,
        rang_at=leg.rang_at,
        answered_at=leg.answered_at,
        disposition=(call.disposition or Disposition.UNKNOWN).value if stage is Stage.ENDED else "",
        played=round(sum(clip.played for clip in call.clips), 3),
        whole=bool(call.clips) and all(clip.whole for clip in call.clips),
        digits=call.digits,
        steps=tuple(sorted(_steps_of(call), key=lambda step: step.at)),
        fault=call.fault,
    )


def _steps_of(call: ChimeCall) -> Iterator[ProgressStep]:
    """Yield the events so far, with the names of the campaign report (sp5000-cato, section 3.6)."""
    leg = call.legs[FIRST]
    yield ProgressStep(call.began_at, "Trying", "TRYING", "SIP_CODE:100")
    if leg.rang_at:
        yield ProgressStep(leg.rang_at, "Ringing", "RINGING", "SIP_CODE:180")
    if leg.answered_at:
        yield ProgressStep(leg.answered_at, "Talking", "TALKING", "SIP_CODE:200")
    for keys in call.keys:
        yield from (ProgressStep(keys.at, "Digit", "DIGIT_PRESSED", digit) for digit in keys.digits)
    yield from _playing(call)
    if call.ended_at:
        yield _end_step(call, call.ended_at)


def _playing(call: ChimeCall) -> Iterator[ProgressStep]:
    for place, clip in enumerate(call.clips, start=1):
        if clip.ended_at and not clip.whole:
            yield ProgressStep(clip.ended_at, "AUDIO_DATA_STOPPED", "PLAYED")
        elif clip.ended_at and place == len(call.clips):
            yield ProgressStep(clip.ended_at, "AUDIO_DATA_FINISHED", "NEED_TO_ABORT")


def _end_step(call: ChimeCall, at: datetime) -> ProgressStep:
    code = call.legs[FIRST].code
    data = f"SIP_CODE:{code}" if code else (call.disposition.value if call.disposition else None)
    return ProgressStep(at, "CallEnded", "ENDED", data)
