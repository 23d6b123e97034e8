"""GET /sys/events of SpRecord: the account's stream of events, until the client disconnects."""

from switchboard.lambdas.server_sent import following
from switchboard.lambdas.sprecord import token_behind

app = following(token_behind)
