"""The actions that a call's state demands, as the answer to the service: pure.

Source: Amazon Chime SDK Developer Guide, the pages of the actions, and "Responding to invocations with action lists".
An answer has one action: then each end of a file is an event, and a limit acts between files.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from switchboard.telephony.chime.fold import is_finished
from switchboard.telephony.chime.model import FIRST, SECOND, TAGS, ChimeCall, ChimeKind
from switchboard.telephony.model import SuccessKind

VERSION = "1.0"
WAIT_FOR_KEYS = 5000  # milliseconds after the last file
BETWEEN_FILES = 1  # millisecond: the next file follows at once
LONGEST_RING = 120  # seconds, of CallAndBridge
TERMINATORS = "#*0123456789"
CLEARED, UNAVAILABLE = "0", "480"  # SIP codes of Hangup
LOOK_AGAIN = 1000  # milliseconds until the service asks again, after a failure of the hub

Action = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChimeMedia:
    """Where the service finds audio: the bucket, and the account's silent file."""

    bucket: str
    silence: str

    def source(self, key: str) -> dict[str, str]:
        """Return an audio source."""
        return {"Type": "S3", "BucketName": self.bucket, "Key": key}


def due(call: ChimeCall, media: ChimeMedia, up: Collection[str] = ()) -> list[Action]:
    """Return the actions that the state demands now. The same state gives the same actions.

    `up` are the tags of legs that the service calls connected: after the end of a call none of them may stay.
    """
    if call.ended_at or call.hung_up:
        return [
            hang_up(place) for place, leg in enumerate(call.legs) if leg.ended_at is None and _lasts(call, place, up)
        ]
    if not call.legs[FIRST].is_up:
        return []
    if call.kind is ChimeKind.ORIGINATED:
        return [] if call.legs[SECOND].answered_at else [_bridge(call)]
    return [hang_up(FIRST)] if is_finished(call) else [_play(call, media)]


def response(actions: Sequence[Action] | None, attributes: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return an answer. None instead of actions keeps what the service is doing."""
    answer: dict[str, Any] = {"SchemaVersion": VERSION, "Actions": None if actions is None else list(actions)}
    return {**answer, "TransactionAttributes": dict(attributes)} if attributes else answer


def pause(milliseconds: int = LOOK_AGAIN) -> Action:
    """Return the action after which the service asks again."""
    return {
        "Type": "Pause",
        "Parameters": {"ParticipantTag": TAGS[FIRST], "DurationInMilliseconds": str(milliseconds)},
    }


def hang_up(place: int, code: str = CLEARED) -> Action:
    """Return the action that ends a leg. Each leg is ended for itself: the service bills a leg that is left."""
    return {"Type": "Hangup", "Parameters": {"SipResponseCode": code, "ParticipantTag": TAGS[place]}}


def _lasts(call: ChimeCall, place: int, up: Collection[str]) -> bool:
    """Whether a leg is to be ended: it is connected, or it is the first leg, which may ring."""
    return call.legs[place].is_up or TAGS[place] in up or (place == FIRST and call.ended_at is None)


def _play(call: ChimeCall, media: ChimeMedia) -> Action:
    place = call.clip or 0
    source = media.source(call.clips[place].audio.key)
    if call.success is None or call.success.kind is not SuccessKind.DIGITS or not any(call.success.digits):
        return {"Type": "PlayAudio", "Parameters": {"ParticipantTag": TAGS[FIRST], "AudioSource": source}}
    is_last = place == len(call.clips) - 1
    wait = WAIT_FOR_KEYS if is_last else BETWEEN_FILES
    return _collect(source, media, [code for code in call.success.digits if code], wait)


def _collect(source: Mapping[str, str], media: ChimeMedia, codes: Sequence[str], wait: int) -> Action:
    """Return PlayAudioAndGetDigits. A silent file stands for the demanded audio of a failure."""
    parameters = {
        "ParticipantTag": TAGS[FIRST],
        "InputDigitsRegex": f"^({'|'.join(re.escape(code) for code in codes)})$",
        "AudioSource": source,
        "FailureAudioSource": media.source(media.silence),
        "MaxNumberOfDigits": max(len(code) for code in codes),
        "TerminatorDigits": [next(key for key in (*TERMINATORS, "#") if key not in "".join(codes) or key == "#")],
        "InBetweenDigitsDurationInMilliseconds": WAIT_FOR_KEYS,
        "Repeat": 1,
        "RepeatDurationInMilliseconds": wait,
    }
    return {"Type": "PlayAudioAndGetDigits", "Parameters": parameters}


def _bridge(call: ChimeCall) -> Action:
    parameters = {
        "CallTimeoutSeconds": min(LONGEST_RING, max(1, round(call.ring_for))),
        "CallerIdNumber": call.caller_id,
        "Endpoints": [{"BridgeEndpointType": "PSTN", "Uri": call.legs[SECOND].party}],
    }
    return {"Type": "CallAndBridge", "Parameters": parameters}
