"""POST /api/v1/{ws}/communications/callbacks/telephony/call-failed of Kontur.CRM: a requested call failed."""

from switchboard.lambdas.kontur import callback_handler

handler = callback_handler("call-failed")
