"""POST /webhooks/{dialect}/{source}: events of every dialect that has no function of its own."""

from switchboard.lambdas.webhooks import any_webhook_handler

handler = any_webhook_handler()
