"""POST /api/v1/application/originate (and /api/v1/aplication/originate) of IS.VPBX: start a call from the CRM."""

from aws_lambda_powertools.event_handler import Response

from switchboard.bootstrap.telephony import originate_call
from switchboard.dialects.vpbx.originate import STARTED, in_their_words, read_originate
from switchboard.errors import Refused
from switchboard.lambdas.vpbx import account_of, answered, body_of, vpbx_api, vpbx_handler
from switchboard.telephony.originate import CallRequest, with_double_click_key

PATHS = ("/api/v1/application/originate", "/api/v1/aplication/originate")

COMMAND, CALL = "X-Switchboard-Command", "X-Switchboard-Call"

app = vpbx_api()


def originate() -> Response[str]:
    """Ring the extension, then the number. The same order within ten seconds is one call.

    The document's answer has no ids, so two headers name the command and, once known, the call.
    """
    asked = read_originate(body_of(app))
    wish = CallRequest(account_of(app), asked.extension, asked.number, asked.caller_id)
    try:
        command = originate_call()(with_double_click_key(wish))
    except Refused as error:
        raise in_their_words(error) from None
    ids = {COMMAND: command.id, **({CALL: command.call_id} if command.call_id else {})}
    return answered(STARTED, ids)


for path in PATHS:
    app.post(path)(originate)

handler = vpbx_handler(app)
