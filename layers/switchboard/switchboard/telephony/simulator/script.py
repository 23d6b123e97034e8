"""The steps of a simulated call: a pure function of the request and the settings."""

from __future__ import annotations

from collections.abc import Iterator

from switchboard.kernel.call import Disposition, Kind
from switchboard.telephony.model import OriginateRequest, PlaceCallRequest, SuccessKind
from switchboard.telephony.simulator.model import ScriptStep, SimulatorSettings
from switchboard.telephony.simulator.outcomes import Behaviour, behaviour_of

# Seconds.
PICK_UP = 2.0  # until the employee answers
REFUSED_AFTER = 1.0
PATIENCE = 60.0  # until an employee whose call is not answered hangs up
HANG_UP_AFTER = 2.0
PRESS_AFTER = 3.0
BETWEEN_PRESSES = 0.5
AFTER_PRESS = 1.0
WAIT_FOR_DIGITS = 5.0  # after the last of the audio
KEYS = "0123456789*#"

REFUSALS = {
    Behaviour.BUSY: Disposition.BUSY,
    Behaviour.INVALID: Disposition.INVALID_NUMBER,
    Behaviour.CONGESTION: Disposition.CONGESTION,
}


def script(order: OriginateRequest | PlaceCallRequest, settings: SimulatorSettings) -> tuple[ScriptStep, ...]:
    """Return the steps in order; the last is the end. Raises Invalid for a number without a behaviour."""
    behaviour = behaviour_of(order.number)
    if isinstance(order, OriginateRequest):
        started: tuple[ScriptStep, ...] = (
            ScriptStep(0.0, Kind.CALL_STARTED, order.extension),
            ScriptStep(0.0, Kind.LEG_STARTED, order.extension),
        )
        rung, patience = PICK_UP, PATIENCE
        inside = _conversation(behaviour, settings.talk)
    else:
        started = (ScriptStep(0.0, Kind.CALL_STARTED),)
        rung, patience = 0.0, order.ring_for
        inside = _message(order, behaviour)
    if refused := _refused(behaviour, rung, settings.ring, patience):
        return (*started, refused)
    answered = rung + settings.ring
    extension = order.extension if isinstance(order, OriginateRequest) else ""
    steps = [ScriptStep(answered, Kind.CALL_ANSWERED, extension)]
    steps += [_later(step, answered) for step in inside[:-1]]
    last = end(answered + inside[-1].at, answered, told=inside[-1].told)
    return (*started, *steps, last)


def end(at: float, answered: float | None, *, told: bool = True) -> ScriptStep:
    """Return the end of a call: answered, or cancelled if `answered` is None. Times are simulated seconds."""
    talk = 0 if answered is None else max(0, round(at - answered))
    disposition = Disposition.CANCELLED if answered is None else Disposition.ANSWERED
    return ScriptStep(at, Kind.CALL_ENDED, disposition=disposition, duration=max(round(at), talk), talk=talk, told=told)


def _refused(behaviour: Behaviour, rung: float, ring: float, patience: float) -> ScriptStep | None:
    if behaviour in REFUSALS:
        return _unanswered(rung + REFUSED_AFTER, REFUSALS[behaviour])
    if behaviour is Behaviour.NO_ANSWER or ring > patience:
        return _unanswered(rung + patience, Disposition.NO_ANSWER)
    return None


def _unanswered(at: float, disposition: Disposition) -> ScriptStep:
    return ScriptStep(at, Kind.CALL_ENDED, disposition=disposition, duration=round(at), talk=0)


def _conversation(behaviour: Behaviour, talk: float) -> list[ScriptStep]:
    """Return the steps after the answer, in seconds from the answer. A human callee presses no digits."""
    length = min(talk, HANG_UP_AFTER) if behaviour is Behaviour.HANGS_UP else talk
    return [ScriptStep(length, Kind.CALL_ENDED, told=behaviour is not Behaviour.NEVER_ENDS)]


def _message(order: PlaceCallRequest, behaviour: Behaviour) -> list[ScriptStep]:
    """Return playbacks, pressed digits and the end, in seconds from the answer."""
    pressed = list(_presses(order, behaviour))
    stays = min(_stays(order, behaviour, pressed), order.last_for)
    steps = [*_playbacks(order, stays), *(step for step in pressed if step.at <= stays)]
    last = ScriptStep(stays, Kind.CALL_ENDED, told=behaviour is not Behaviour.NEVER_ENDS)
    return [*sorted(steps, key=lambda step: step.at), last]


def _stays(order: PlaceCallRequest, behaviour: Behaviour, pressed: list[ScriptStep]) -> float:
    whole = sum(audio.seconds for audio in order.audio)
    if behaviour is Behaviour.HANGS_UP:
        return HANG_UP_AFTER
    if behaviour is Behaviour.PRESSES and pressed:  # the digit is the aim of the call
        return pressed[-1].at + AFTER_PRESS
    return whole + WAIT_FOR_DIGITS if order.success.kind is SuccessKind.DIGITS else whole


def _presses(order: PlaceCallRequest, behaviour: Behaviour) -> Iterator[ScriptStep]:
    asked = order.success.digits
    keys = ""
    if behaviour is Behaviour.PRESSES and asked:
        keys = asked[0]
    elif behaviour is Behaviour.PRESSES_WRONG:
        keys = next((key for key in KEYS if not any(key in digits for digits in asked)), "")
    for place, key in enumerate(keys):
        yield ScriptStep(PRESS_AFTER + place * BETWEEN_PRESSES, Kind.DIGIT_PRESSED, details={"digit": key})


def _playbacks(order: PlaceCallRequest, stays: float) -> Iterator[ScriptStep]:
    began = 0.0
    for place, audio in enumerate(order.audio, start=1):
        if began >= stays:
            return
        ended = min(began + audio.seconds, stays)
        whole, last = ended - began >= audio.seconds, place == len(order.audio)
        details = {"key": audio.key, "played": round(ended - began, 3), "whole": whole, "last": last}
        yield ScriptStep(ended, Kind.PLAYBACK_ENDED, details=details)
        began = ended


def _later(step: ScriptStep, seconds: float) -> ScriptStep:
    return ScriptStep(step.at + seconds, step.kind, details=step.details)
