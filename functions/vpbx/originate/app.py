"""POST /api/v1/application/originate (and /api/v1/aplication/originate) of IS.VPBX: start a call from the CRM.

The APIs of other vendors that start calls share the function, because their requests need the same grants.
"""

from typing import Any

from switchboard.bootstrap.telephony import originate_call
from switchboard.dialects.vpbx.errors import refuse
from switchboard.dialects.vpbx.originate import STARTED, in_their_words, read_originate
from switchboard.errors import Refused
from switchboard.lambdas.bodies import request_object
from switchboard.lambdas.http import answer, answering
from switchboard.lambdas.sharing import shared
from switchboard.lambdas.vpbx_requests import BODY_LIMIT, DIALECT, account_of_request
from switchboard.telephony.originate import CallRequest, with_double_click_key

COMMAND, CALL = "X-Switchboard-Command", "X-Switchboard-Call"


def originate(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """Ring the extension, then the number. The same order within ten seconds is one call.

    The document's answer has no ids, so two headers name the command and, once known, the call.
    """
    account = account_of_request(event)
    asked = read_originate(request_object(event, BODY_LIMIT))
    wish = CallRequest(account, asked.extension, asked.number, asked.caller_id)
    try:
        command = originate_call()(with_double_click_key(wish))
    except Refused as error:
        raise in_their_words(error) from None
    return answer(200, STARTED, {COMMAND: command.id, **({CALL: command.call_id} if command.call_id else {})})


handler = shared(answering(refuse, originate), DIALECT)
