"""POST /api/v1/{ws}/communications/callbacks/telephony/call-recording of Kontur.CRM: a new recording."""

from switchboard.lambdas.kontur import callback_handler

handler = callback_handler("call-recording")
