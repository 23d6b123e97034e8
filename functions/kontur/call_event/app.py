"""POST /api/v1/{ws}/communications/callbacks/telephony/call-event of Kontur.CRM: an event of a leg."""

from switchboard.lambdas.kontur import callback_handler

handler = callback_handler("call-event")
