"""POST /api/v1/{ws}/communications/callbacks/telephony/register-call of Kontur.CRM: a whole call, after its end."""

from switchboard.lambdas.kontur import callback_handler

handler = callback_handler("register-call")
