"""POST /api/v1/{ws}/communications/callbacks/telephony/register-call of Kontur.CRM: a call that is over."""

from switchboard.lambdas.kontur import callback_handler

handler = callback_handler("register-call")
