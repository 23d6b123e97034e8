"""POST /api/v1/application/originate (and /api/v1/aplication/originate) of IS.VPBX: start a call from the CRM."""

from switchboard.bootstrap.adapters import accounts
from switchboard.bootstrap.telephony import originate_call
from switchboard.dialects.vpbx.originate import STARTED, in_their_words, read_originate
from switchboard.errors import Refused
from switchboard.lambdas.vpbx import account_of, body_of, vpbx_api, vpbx_handler
from switchboard.telephony.originate import CallRequest, with_double_click_key

PATHS = ("/api/v1/application/originate", "/api/v1/aplication/originate")

app = vpbx_api()


def originate() -> dict[str, str]:
    """Ring the extension, then the number. The same order within ten seconds is one call."""
    asked, account = read_originate(body_of(app)), account_of(app)
    caller_id = asked.caller_id or _default_caller_id(account)
    try:
        originate_call()(with_double_click_key(CallRequest(account, asked.extension, asked.number, caller_id)))
    except Refused as error:
        raise in_their_words(error) from None
    return STARTED


def _default_caller_id(account: str) -> str:
    found = accounts().get(account)
    return found.callerid_num if found else ""


for path in PATHS:
    app.post(path)(originate)

handler = vpbx_handler(app)
