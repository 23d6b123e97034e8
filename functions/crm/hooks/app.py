"""POST /crm/{account}/{connector}/{hook}: a CRM's own events, such as an installation or a click on a number."""

from switchboard.lambdas.crm_hooks import hook_handler

handler = hook_handler()
