"""POST /api/v1/{ws}/communications/callbacks/telephony/call-finished of Kontur.CRM: a call has ended."""

from switchboard.lambdas.kontur import callback_handler

handler = callback_handler("call-finished")
