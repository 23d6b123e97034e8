"""How a channel ended, by its SIP code, the cause of Q.850, and what Asterisk's dialling reported.

If there is a SIP code, the SIP code decides. Sources: Asterisk's page "Hangup Cause Mappings", ITU-T Q.850, RFC 3261.
"""

from __future__ import annotations

from switchboard.kernel.call import Disposition

SIP = {
    402: Disposition.NO_FUNDS,
    401: Disposition.FORBIDDEN,
    403: Disposition.FORBIDDEN,
    404: Disposition.INVALID_NUMBER,
    407: Disposition.FORBIDDEN,
    408: Disposition.NO_ANSWER,
    410: Disposition.INVALID_NUMBER,
    480: Disposition.NO_ANSWER,
    484: Disposition.INVALID_NUMBER,
    486: Disposition.BUSY,
    487: Disposition.CANCELLED,
    600: Disposition.BUSY,
    603: Disposition.REJECTED,
    604: Disposition.INVALID_NUMBER,
    607: Disposition.REJECTED,
    608: Disposition.BLOCKED,
}
Q850 = {
    1: Disposition.INVALID_NUMBER,
    2: Disposition.UNAVAILABLE,
    3: Disposition.UNAVAILABLE,
    17: Disposition.BUSY,
    18: Disposition.NO_ANSWER,
    19: Disposition.NO_ANSWER,
    20: Disposition.UNAVAILABLE,
    21: Disposition.REJECTED,
    22: Disposition.INVALID_NUMBER,
    27: Disposition.UNAVAILABLE,
    28: Disposition.INVALID_NUMBER,
    34: Disposition.CONGESTION,
    38: Disposition.CONGESTION,
    41: Disposition.CONGESTION,
    42: Disposition.CONGESTION,
    44: Disposition.CONGESTION,
    47: Disposition.CONGESTION,
    50: Disposition.FORBIDDEN,
    52: Disposition.FORBIDDEN,
    54: Disposition.FORBIDDEN,
    55: Disposition.FORBIDDEN,
    57: Disposition.FORBIDDEN,
    102: Disposition.NO_ANSWER,
}
DIALLED = {
    "BUSY": Disposition.BUSY,
    "CONGESTION": Disposition.CONGESTION,
    "CHANUNAVAIL": Disposition.UNAVAILABLE,
    "NOANSWER": Disposition.NO_ANSWER,
    "CANCEL": Disposition.CANCELLED,
}
FIRST_REFUSAL, SERVER_ERRORS, GLOBAL_ERRORS = 300, 500, 600
NORMAL = frozenset({0, 16, 31, 32})  # causes that say nothing about an unanswered call


def disposition_of(cause: int, sip: int, *, rang: bool, dialled: str = "") -> Disposition:
    """Return why an unanswered channel ended. `dialled` is the last status of its `Dial` events.

    A channel that rang out has the cause 0 in some versions: a call that rang, and ended without a reason, is
    NO_ANSWER.
    """
    if sip >= FIRST_REFUSAL:
        return _by_sip(sip, rang=rang, dialled=dialled)
    if cause in Q850:
        return Q850[cause]
    if cause in NORMAL:
        found = DIALLED.get(dialled)
        return found or (Disposition.NO_ANSWER if rang else Disposition.FAILED)
    return Disposition.FAILED


def _by_sip(sip: int, *, rang: bool, dialled: str) -> Disposition:
    """Return what a SIP code says. 487 is the answer to Asterisk's own CANCEL, which ends the ringing."""
    if sip == 487 and dialled == "NOANSWER":  # noqa: PLR2004 - a SIP code
        return Disposition.NO_ANSWER
    if sip in (408, 480) and not rang:
        return Disposition.UNAVAILABLE
    if sip in SIP:
        return SIP[sip]
    return Disposition.CONGESTION if SERVER_ERRORS <= sip < GLOBAL_ERRORS else Disposition.FAILED
