"""POST /webhooks/vpbx/{source}: events of IS.VPBX."""

from switchboard.lambdas.webhooks import webhook_handler

handler = webhook_handler("vpbx")
