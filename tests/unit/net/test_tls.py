"""TLS: the certificate is verified, against the host of the URL, whatever address was connected to."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from switchboard.net.connect import tls_context
from switchboard.net.guard import Guard
from switchboard.net.http import HttpSender
from switchboard.net.resolver import Resolver
from tests.support.builders import NOON, a_request
from tests.support.certificates import Authority, self_signed
from tests.support.receiver import PATIENCE, Receiver, dripping_body, dripping_headers, receiving, silent

HOST = "crm.example"
SHORT = 0.3  # seconds


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def sender(authority: Authority) -> HttpSender:
    """A sender that trusts the authority, and for which every name is on loopback."""
    guard = Guard(Resolver(lambda _: ["127.0.0.1"]), allow_private=True)
    return HttpSender(allow_private=True, guard=guard, tls=authority.trust(tls_context()))


@pytest.fixture
def receiver(authority: Authority, tmp_path: Path) -> Iterator[Receiver]:
    with receiving(tls=authority.server(tmp_path, HOST)) as one:
        yield one


def test_the_host_of_the_url_is_asked_for(sender: HttpSender, receiver: Receiver) -> None:
    """By its name in SNI and in Host, while the connection goes to the vetted address; and it is kept."""
    asked: list[str | None] = []
    assert receiver.tls
    receiver.tls.sni_callback = lambda _socket, name, _context: asked.append(name)
    attempts = [sender.send(a_request(f"https://CRM.example:{receiver.port}/"), NOON) for _ in range(3)]
    assert [(attempt.status, attempt.address) for attempt in attempts] == [(200, "127.0.0.1")] * 3
    assert asked == [HOST]
    assert [request.headers["host"] for request in receiver.requests] == [f"{HOST}:{receiver.port}"] * 3


def test_a_name_in_any_script_is_asked_for_as_dns_knows_it(
    sender: HttpSender, authority: Authority, tmp_path: Path
) -> None:
    """The certificate names the same."""
    with receiving(tls=authority.server(tmp_path, "xn--80a1acny.xn--p1ai")) as receiver:
        assert sender.send(a_request(f"https://почта.рф:{receiver.port}/"), NOON).status == 200
        assert receiver.requests[0].headers["host"] == f"xn--80a1acny.xn--p1ai:{receiver.port}"


def test_an_address_in_the_url_has_to_be_in_the_certificate(
    sender: HttpSender, authority: Authority, tmp_path: Path
) -> None:
    """Where there is no name, the address takes its place."""
    with receiving(tls=authority.server(tmp_path, "127.0.0.1")) as receiver:
        assert sender.send(a_request(receiver.url), NOON).status == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "other.example", "sub.crm.example"])
def test_a_certificate_for_another_host_is_refused(sender: HttpSender, receiver: Receiver, host: str) -> None:
    """It was signed by somebody we trust, for somebody else."""
    attempt = sender.send(a_request(f"https://{host}:{receiver.port}/"), NOON)
    assert (attempt.status, attempt.error, attempt.address) == (None, "tls_failed", "127.0.0.1")
    assert receiver.requests == []


def test_a_certificate_that_vouches_for_itself_is_refused(sender: HttpSender, tmp_path: Path) -> None:
    """Nothing is sent to whoever that is."""
    with receiving(tls=self_signed(tmp_path, HOST)) as receiver:
        attempt = sender.send(a_request(f"https://{HOST}:{receiver.port}/"), NOON)
        assert (attempt.status, attempt.error, receiver.requests) == (None, "tls_failed", [])


def test_a_certificate_of_an_unknown_authority_is_refused(receiver: Receiver) -> None:
    """Without the tests' authority, the tests' receivers are strangers."""
    guard = Guard(Resolver(lambda _: ["127.0.0.1"]), allow_private=True)
    attempt = HttpSender(allow_private=True, guard=guard).send(a_request(f"https://{HOST}:{receiver.port}/"), NOON)
    assert (attempt.error, receiver.requests) == ("tls_failed", [])


def test_a_certificate_that_has_expired_is_refused(sender: HttpSender, authority: Authority, tmp_path: Path) -> None:
    """Even by an hour."""
    with receiving(tls=authority.server(tmp_path, HOST, valid=timedelta(hours=-1))) as receiver:
        attempt = sender.send(a_request(f"https://{HOST}:{receiver.port}/"), NOON)
        assert (attempt.error, receiver.requests) == ("tls_failed", [])


def test_old_tls_is_refused(sender: HttpSender, receiver: Receiver) -> None:
    """1.2 is the least."""
    assert receiver.tls
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        receiver.tls.maximum_version = ssl.TLSVersion.TLSv1_1
    assert sender.send(a_request(f"https://{HOST}:{receiver.port}/"), NOON).error == "tls_failed"


def test_the_system_s_authorities_are_trusted() -> None:
    """Certificates are required, names are checked, and the default authorities are loaded."""
    context = tls_context()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    paths = ssl.get_default_verify_paths()
    assert context.cert_store_stats()["x509_ca"] or paths.cafile or paths.capath


@pytest.mark.parametrize(("behave", "status"), [(silent, None), (dripping_headers, 200), (dripping_body, 200)])
def test_a_deadline_holds_over_tls(
    sender: HttpSender, receiver: Receiver, behave: Callable[..., bool], status: int | None
) -> None:
    """No answer, or one that drips, ends in time there too."""
    receiver.behave = behave
    attempt = sender.send(a_request(f"https://{HOST}:{receiver.port}/", timeout=SHORT), NOON)
    assert (attempt.status, attempt.error) == (status, None if status else "timeout")


def test_a_request_that_is_not_taken_times_out_over_tls(
    sender: HttpSender, authority: Authority, tmp_path: Path
) -> None:
    """Writing has the same deadline, however many records it takes."""
    done, tls = Event(), authority.server(tmp_path, HOST)

    def serve() -> None:
        with suppress(OSError):
            connection, _ = listener.accept()
            with tls.wrap_socket(connection, server_side=True):
                done.wait(PATIENCE)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve)
        thread.start()
        url = f"https://{HOST}:{listener.getsockname()[1]}/"
        attempt = sender.send(a_request(url, body=b"x" * 32 * 1024 * 1024, timeout=SHORT), NOON)
        done.set()
        thread.join(PATIENCE)
    assert (attempt.status, attempt.error) == (None, "timeout")
