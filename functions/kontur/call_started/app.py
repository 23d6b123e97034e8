"""POST /api/v1/{ws}/communications/callbacks/telephony/call-started of Kontur.CRM: a call begins."""

from switchboard.lambdas.kontur import callback_handler

handler = callback_handler("call-started")
