"""Amazon Chime: the provider, the function that answers the service, and the checks of limits."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from switchboard import settings
from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import region_of
from switchboard.bootstrap.adapters import dialling_queue, event_queue
from switchboard.bootstrap.adapters_of_chime import (
    chime_audio,
    chime_bucket,
    chime_calls,
    chime_calls_in_a_call,
    chime_checks,
    chime_service,
    dialling_in_a_call,
    events_in_a_call,
)
from switchboard.errors import Invalid, NotOffered
from switchboard.telephony.model import AccountTelephony

if TYPE_CHECKING:
    from switchboard.telephony.chime.actions import ChimeMedia
    from switchboard.telephony.chime.answer import AnswerChime
    from switchboard.telephony.chime.check import CheckChimeCall
    from switchboard.telephony.chime.provider import ChimeTelephony


def chime_telephony(chosen: AccountTelephony) -> ChimeTelephony:
    """Return the telephony of an account that calls through Amazon Chime. Raises NotOffered."""
    from switchboard.telephony.chime.provider import ChimeTelephony
    from switchboard.telephony.chime.settings import settings_from

    _require_application()
    own = settings_from(chosen.settings, settings.optional("CHIME_NUMBER"))
    return ChimeTelephony(chime_calls(), chime_service(), chime_checks(), own, now, region_of)


def prepare_chime(account: str, wanted: Mapping[str, Any]) -> None:
    """Store the account's silent file. Raises NotOffered without an application, Invalid without a number."""
    from switchboard.telephony.chime.silence import SILENT_WAV, silence_of

    _require_application()
    if not (wanted["numbers"] or settings.optional("CHIME_NUMBER")):
        raise Invalid("Give a number of the AWS account: the hub has no number of its own.", "settings.numbers")
    chime_audio().put_wav(silence_of(account), SILENT_WAV)


@cache
def answer_chime() -> AnswerChime:
    """Return what answers the service."""
    from switchboard.observability.chime import caller_refused, event_failed
    from switchboard.telephony.chime.answer import AnswerChime, ChimeNews

    news = ChimeNews(events_in_a_call(), dialling_in_a_call(), now)
    return AnswerChime(chime_calls_in_a_call(), news, _media_of, now, event_failed, caller_refused)


@cache
def check_chime_call() -> CheckChimeCall:
    """Return what looks after the limits of calls."""
    from switchboard.telephony.chime.answer import ChimeNews
    from switchboard.telephony.chime.check import CheckChimeCall

    news = ChimeNews(event_queue(), dialling_queue(), now)
    return CheckChimeCall(chime_calls(), chime_service(), chime_checks(), news, now)


def _media_of(account: str) -> ChimeMedia:
    from switchboard.telephony.chime.actions import ChimeMedia
    from switchboard.telephony.chime.silence import silence_of

    return ChimeMedia(chime_bucket(), silence_of(account))


def _require_application() -> None:
    if not settings.optional("CHIME_APPLICATION"):
        raise NotOffered("This hub has no SIP media application of Amazon Chime.")
