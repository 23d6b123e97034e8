"""The addresses of connectors, to which CRMs post their own events as forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from switchboard import settings
from switchboard.bootstrap.rest_crm import receive_hook
from switchboard.dialects.refusals import refuse
from switchboard.errors import Invalid
from switchboard.lambdas.bodies import text_of
from switchboard.lambdas.http import Handler, answer, answering, path_text, public_url

BODY_LIMIT = 64 * 1024
MOST_FIELDS = 200
TEXT = {"Content-Type": "text/plain; charset=utf-8"}


def hook_handler() -> Handler:
    """Return the handler of all hooks. The answer is sent after an order is stored."""
    return answering(refuse, _serve)


def _serve(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    account, connector = path_text(event, "account"), path_text(event, "connector")
    address = f"{public_url(event, settings.base_url())}/crm/{account}/{connector}"
    receive_hook()(account, connector, path_text(event, "hook"), _fields(event), address)
    return answer(200, "OK", TEXT)


def _fields(event: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the fields of a form. Raises TooLarge or Invalid."""
    try:
        return parse_qsl(text_of(event, BODY_LIMIT), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Invalid(f"A form has at most {MOST_FIELDS} fields.") from None
