"""POST /api/v1/{ws}/communications/callbacks/telephony/call-recording of Kontur.CRM: a recording is there."""

from switchboard.lambdas.kontur import callback_handler

handler = callback_handler("call-recording")
