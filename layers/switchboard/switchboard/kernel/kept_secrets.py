"""One rule for every address that is stored with a secret: the secret stays with its receiver.

A receiver is scheme, host and port. A request that moves an address to another receiver must bring credentials, or say
that there are none. Otherwise the stored secret would be sent to a host that has never had the secret.
"""

from __future__ import annotations

from switchboard.errors import Invalid
from switchboard.kernel.targets import read_target

MOVED = "The address leads to another receiver: give its credentials, too. The stored ones stay with the old receiver."


def is_same_receiver(old_url: str, new_url: str) -> bool:
    """Whether two URLs have the same scheme, host and port, in any spelling. An unreadable URL equals none."""
    try:
        old, new = read_target(old_url), read_target(new_url)
    except ValueError:
        return False
    return (old.secure, old.host, old.port) == (new.secure, new.host, new.port)


def check_kept_secret(old_url: str, new_url: str, secret: str, field: str) -> None:
    """Raise Invalid, with the name of the field, if a stored secret would go to another receiver.

    An empty `secret` may go anywhere. `field` is where the request gives credentials.
    """
    if secret and not is_same_receiver(old_url, new_url):
        raise Invalid(MOVED, field)
