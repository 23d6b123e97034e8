"""The destination that a request names."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from switchboard.bootstrap.subscriptions import destination_manager
from switchboard.lambdas.operator import account_in, query_of, whole_id
from switchboard.subscriptions.model import Subscription

DESTINATION = "destination"


def destination_at(app: APIGatewayRestResolver, id_: str) -> Subscription:
    """Return the destination of this id, of the account in `?account`. Raises Invalid and NotFound."""
    return destination_manager().find(account_in(query_of(app)).id, whole_id(id_, DESTINATION))
