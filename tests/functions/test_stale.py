"""A brown-out of the tables, of KMS or of Secrets Manager stops neither webhooks nor deliveries nor tokens."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from switchboard import bootstrap
from switchboard.aws import clients
from switchboard.aws.outages import passes_by
from switchboard.aws.secrets import Secrets
from switchboard.aws.vault import KmsVault
from switchboard.errors import Sealed
from switchboard.subscriptions.credentials import CredentialOpener
from tests.support.hub import Hub


def refuse(*_: object, **__: object) -> Any:
    raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "injected"}}, "GetItem")


def test_a_webhook_serves_its_source_while_the_table_refuses(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """For an hour after the last reading; an unknown source is not served; the log tells once."""
    hub.account()
    hub.source()
    body = {"type": "call_event", "event_name": "start.call", "params": {"call_id": "c-1"}}
    real = bootstrap.read_clock

    def post(after: float, source: str = "s-office") -> int:
        monkeypatch.setattr(bootstrap, "read_clock", lambda: real() + timedelta(seconds=after))
        return hub.request("POST", f"/webhooks/vpbx/{source}", body).status

    assert post(0) == 200
    with monkeypatch.context() as outage:
        outage.setattr(clients.dynamodb_at_the_door(), "get_item", refuse)
        assert [post(after) for after in (40, 600, 3500)] == [200, 200, 200]
        assert post(3700) == 500
        assert post(3700, "s-unknown") == 500
    assert post(3800) == 200
    assert hub.log.getvalue().count("stale.served") == 1


def test_opened_secrets_serve_while_kms_is_silent(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret that was never opened stays sealed."""

    def silent(**_: object) -> None:
        raise ReadTimeoutError(endpoint_url="kms")

    kms = hub.stack.clients.kms
    vault, told = KmsVault(kms, hub.stack.refs["SecretsKey"]), list[Exception]()
    opener = CredentialOpener(vault, passes_by, told.append)
    sealed, other = vault.seal("acme", "secret"), vault.seal("acme", "other")
    assert opener.opened("acme", sealed, "") == "secret"
    now = opener._open._timer()
    monkeypatch.setattr(opener._open, "_timer", lambda: now + 1000)
    monkeypatch.setattr(kms, "decrypt", silent)
    assert opener.opened("acme", sealed, "") == "secret"
    assert len(told) == 1
    with pytest.raises(Sealed):
        opener.opened("acme", other, "")
    monkeypatch.setattr(opener._open, "_timer", lambda: now + 90_000)
    with pytest.raises(Sealed):
        opener.opened("acme", sealed, "")


def test_a_secret_of_the_stack_serves_for_a_day(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """While Secrets Manager refuses; a refusal for good is raised."""
    told = list[Exception]()
    client = clients.secretsmanager()
    secrets = Secrets(client, told.append)
    arn = client.create_secret(Name="of-the-stale", SecretString="text")["ARN"]
    text, began = secrets.read(arn), secrets._known._timer()
    monkeypatch.setattr(client, "get_secret_value", refuse)
    for after in (1000, 80_000):
        monkeypatch.setattr(secrets._known, "_timer", lambda after=after: began + after)
        assert secrets.read(arn) == text
    assert len(told) == 1
    monkeypatch.setattr(secrets._known, "_timer", lambda: began + 90_000)
    with pytest.raises(ClientError):
        secrets.read(arn)
