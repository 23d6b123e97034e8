"""Whether a call has notified its subscriber: the four conditions of SP5000 CATO, section 3.3."""

from __future__ import annotations

from collections.abc import Sequence

from switchboard.kernel.campaign import Clip, NotificationSettings, SuccessCondition
from switchboard.telephony.model import SuccessKind, SuccessRule
from switchboard.telephony.progress import CallProgress

NOTHING_MISSING = 0.05  # seconds of tolerance in a provider's played time


def condition_of(settings: NotificationSettings) -> SuccessRule:
    """Return the telephony's rule for the settings' condition."""
    match settings.condition:
        case SuccessCondition.PICKUP_PHONE:
            return SuccessRule(SuccessKind.ANSWERED)
        case SuccessCondition.PICKUP_AND_LISTEN_SOME:
            return SuccessRule(SuccessKind.PLAYED_FOR, seconds=settings.success_playback)
        case SuccessCondition.PICKUP_AND_LISTEN_FULL:
            return SuccessRule(SuccessKind.PLAYED_WHOLE)
        case SuccessCondition.PICKUP_AND_CONFIRM:
            return SuccessRule(SuccessKind.DIGITS, digits=settings.confirm_codes)


def has_notified(settings: NotificationSettings, clips: Sequence[Clip], ended: CallProgress) -> bool:
    """Whether an ended call meets the condition. Audio shorter than the required time must be played whole."""
    if ended.answered_at is None:
        return False
    match settings.condition:
        case SuccessCondition.PICKUP_PHONE:
            return True
        case SuccessCondition.PICKUP_AND_LISTEN_SOME:
            asked = min(float(settings.success_playback), sum(clip.seconds for clip in clips))
            return ended.whole or ended.played + NOTHING_MISSING >= asked
        case SuccessCondition.PICKUP_AND_LISTEN_FULL:
            return ended.whole
        case SuccessCondition.PICKUP_AND_CONFIRM:
            return any(code in ended.digits for code in settings.confirm_codes if code)
