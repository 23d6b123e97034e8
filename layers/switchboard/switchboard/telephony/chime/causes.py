"""How a leg that nobody answered ended: the SIP code of HANGUP, and the error of CallAndBridge.

Source: Amazon Chime SDK Developer Guide, "Understanding telephony events" (0 normal, 480 no answer, 486 busy) and
"CallAndBridge". Other codes are those of SIP, as for any other telephony.
"""

from __future__ import annotations

from switchboard.kernel.call import Disposition
from switchboard.telephony.asterisk.causes import disposition_of

CLEARED, NO_ANSWER, BUSY = 0, 480, 486
CODES = {NO_ANSWER: Disposition.NO_ANSWER, BUSY: Disposition.BUSY}
ERRORS = {
    "CallNotAnswered": Disposition.NO_ANSWER,
    "CallRejected": Disposition.REJECTED,
    "InvalidActionParameter": Disposition.INVALID_NUMBER,
    "SystemException": Disposition.FAILED,
}


def cause_of(code: int | None, *, rang: bool, error: str = "") -> Disposition:
    """Return the disposition. Without a code and an error, a phone that rang was not answered."""
    if error:
        return ERRORS.get(error, Disposition.FAILED)
    if code in CODES:
        return CODES[code]
    if not code:
        return Disposition.NO_ANSWER if rang else Disposition.FAILED
    return disposition_of(0, code, rang=rang)
