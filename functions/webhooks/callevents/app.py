"""POST /webhooks/callevents/{source}: events of the call-events service."""

from switchboard.lambdas.webhooks import webhook_handler

handler = webhook_handler("callevents")
