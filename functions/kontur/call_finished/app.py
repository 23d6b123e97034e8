"""POST /api/v1/{ws}/communications/callbacks/telephony/call-finished of Kontur.CRM: a call is over."""

from switchboard.lambdas.kontur import callback_handler

handler = callback_handler("call-finished")
