"""POST /webhooks/sprecord/{source}: events of SpRecord."""

from switchboard.lambdas.webhooks import webhook_handler

handler = webhook_handler("sprecord")
