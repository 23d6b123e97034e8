"""GET /sys/events of SpRecord: the account's events, for as long as somebody listens."""

from switchboard.lambdas.server_sent import following
from switchboard.lambdas.sprecord import account_behind

app = following(account_behind)
