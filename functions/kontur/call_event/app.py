"""POST /api/v1/{ws}/communications/callbacks/telephony/call-event of Kontur.CRM: news of a leg of a call."""

from switchboard.lambdas.kontur import callback_handler

handler = callback_handler("call-event")
