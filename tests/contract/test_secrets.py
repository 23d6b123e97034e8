"""The secrets of the stack, and their versions before."""

from datetime import UTC, datetime, timedelta

from switchboard.aws.secrets import Secrets
from tests.support.stack import Stack

DAY = timedelta(days=1)


def test_the_version_before_is_known_for_a_time_after_the_change(stack: Stack) -> None:
    """Without a change there is none."""
    client, now = stack.clients.secrets, datetime.now(UTC)
    arn = client.create_secret(Name="rotated", SecretString="first")["ARN"]
    first = Secrets(client)
    assert (first.read(arn), first.previous(arn, now - DAY)) == ("first", "")
    client.put_secret_value(SecretId=arn, SecretString="second")
    second = Secrets(client)
    assert (second.read(arn), second.previous(arn, now - DAY)) == ("second", "first")
    assert second.previous(arn, now + DAY) == ""
