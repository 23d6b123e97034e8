"""Reports about a placed call at an Asterisk: while it rings, at the answer and at the end. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from switchboard.kernel.call import Disposition
from switchboard.telephony.asterisk.model import AsteriskCall, CallKind, PlaybackState
from switchboard.telephony.progress import CallProgress, ProgressStep, Stage


def progress_between(before: AsteriskCall | None, after: AsteriskCall) -> CallProgress | None:
    """Return the report of a change: the end, else the answer, else the ringing; None if nothing of these is new.

    `before` is None for a repeated message: then the latest report is told again.
    """
    if after.kind is not CallKind.PLACED:
        return None
    stage = _stage(after)
    if stage is None or (before is not None and stage is _stage(before)):
        return None
    return _progress(after, stage)


def _stage(call: AsteriskCall) -> Stage | None:
    leg = call.legs[0]
    if call.ended_at:
        return Stage.ENDED
    if leg.answered_at:
        return Stage.ANSWERED
    return Stage.RINGING if leg.rang_at else None


def _progress(call: AsteriskCall, stage: Stage) -> CallProgress:
    leg, playbacks = call.legs[0], call.playbacks
    times = {Stage.ENDED: call.ended_at, Stage.ANSWERED: leg.answered_at, Stage.RINGING: leg.rang_at}
    return CallProgress(
        account=call.account,
        command=call.command,
        stage=stage,
        at=times[stage] or call.began_at,
        rang_at=leg.rang_at,
        answered_at=leg.answered_at,
        disposition=(call.disposition or Disposition.CANCELLED).value if stage is Stage.ENDED else "",
        played=round(sum(one.played for one in playbacks), 3),
        whole=bool(playbacks) and all(one.whole for one in playbacks),
        digits=call.digits,
        steps=tuple(sorted(_steps(call), key=lambda step: step.at)),
        fault=call.fault,
    )


def _steps(call: AsteriskCall) -> Iterator[ProgressStep]:
    """Yield the events so far, with the names of the campaign report (sp5000-cato, section 3.6)."""
    leg = call.legs[0]
    yield ProgressStep(call.began_at, "Trying", "TRYING", "SIP_CODE:100")
    if leg.rang_at:
        yield ProgressStep(leg.rang_at, "Ringing", "RINGING", "SIP_CODE:180")
    if leg.answered_at:
        yield ProgressStep(leg.answered_at, "Talking", "TALKING", "SIP_CODE:200")
    for key in call.keys:
        yield ProgressStep(key.at, "Digit", "DIGIT_PRESSED", key.digit)
    yield from _heard(call.playbacks)
    if call.ended_at:
        yield _ended(call, call.ended_at)


def _heard(playbacks: tuple[PlaybackState, ...]) -> Iterator[ProgressStep]:
    for place, one in enumerate(playbacks, start=1):
        if one.ended_at and not one.whole:
            yield ProgressStep(one.ended_at, "AUDIO_DATA_STOPPED", "PLAYED")
        elif one.ended_at and place == len(playbacks):
            yield ProgressStep(one.ended_at, "AUDIO_DATA_FINISHED", "NEED_TO_ABORT")


def _ended(call: AsteriskCall, at: datetime) -> ProgressStep:
    code = f"SIP_CODE:{call.legs[0].sip}" if call.legs[0].sip else None
    return ProgressStep(at, "CallEnded", "ENDED", code or (call.disposition.value if call.disposition else None))
