"""Port Uploads: what both promise, and what the real one promises of receivers that misbehave."""

import socket
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from threading import Thread

import pytest
import requests

from switchboard.crm.file_ports import FormSender, FormUpload
from switchboard.net.guard import Guard
from switchboard.net.resolver import Resolver
from switchboard.net.session import vetted_session
from switchboard.net.upload import FileUploads
from tests.fakes.crm import MemoryUploads, UploadAnswer
from tests.support.crm import parts_of
from tests.support.receiver import (
    PATIENCE,
    Behaviour,
    Exchange,
    Received,
    answer,
    answering,
    receiving,
    resetting,
    silent,
)

SHORT = 0.3
MEGABYTE = 1024 * 1024


@dataclass
class World:
    """Who uploads, and what is answered."""

    uploads: FormSender
    answering: Callable[[int, str], str]


@pytest.fixture
def world(kind: str) -> Iterator[World]:
    if kind == "memory":
        memory = MemoryUploads()

        def said(status: int, text: str) -> str:
            memory.answer = UploadAnswer(status, text)
            return "https://crm.example/files"

        yield World(memory, said)
        return
    with receiving() as receiver:

        def answers(status: int, text: str) -> str:
            receiver.behave = answering(status, text.encode())
            return receiver.url

        yield World(real(), answers)


def real(seconds: float = 10, *, private: bool = True) -> FileUploads:
    session: Callable[[], requests.Session] = partial(vetted_session, Guard(Resolver(), allow_private=private))
    return FileUploads(session, seconds)


def a_file(url: str, data: bytes = b"sound", name: str = "call-1.mp3") -> FormUpload:
    return FormUpload(url, {"X-Key": "k"}, "file", name, "audio/mpeg", len(data), iter([data]))


@pytest.mark.parametrize(("status", "text"), [(200, '{"fileId":"f-1"}'), (413, ""), (503, "busy"), (307, "")])
def test_the_answer_is_told_whatever_it_is(world: World, status: int, text: str) -> None:
    """Its status and its body."""
    told = world.uploads.send(a_file(world.answering(status, text)))
    assert (told.status, told.text, told.error) == (status, text, "")


def test_a_file_arrives_as_it_is() -> None:
    """Under its field and name, whatever its bytes and however odd the name."""
    data = bytes(range(256)) * 5000 + b"\r\n--"
    with receiving() as receiver:
        real().send(a_file(receiver.url, data, 'a"\r\nb.mp3'))
        (request,) = receiver.requests
    (part,) = parts_of(request)
    assert part.get_payload(decode=True) == data
    assert part.get_param("name", header="content-disposition") == "file"
    assert request.headers["x-key"] == "k"
    assert int(request.headers["content-length"]) == len(request.body)


def test_a_file_is_not_held_in_memory() -> None:
    """Of sixty-four megabytes no more than a few pieces are."""
    piece = bytes(MEGABYTE)
    with swallowing() as url:
        upload = FormUpload(url, {}, "file", "a", "audio/wav", 64 * MEGABYTE, (piece for _ in range(64)))
        tracemalloc.start()
        told = real(60).send(upload)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert told.status == 200
    assert peak < 16 * MEGABYTE


@contextmanager
def swallowing() -> Iterator[str]:
    """Takes one request, and keeps nothing of it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=swallow, args=(listener,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/files"
        thread.join(PATIENCE)


def swallow(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection, connection.makefile("rb") as stream:
        length = 0
        while line := stream.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        while length > 0:
            length -= len(stream.read(min(length, MEGABYTE)))
        connection.sendall(answer(200))


@pytest.mark.parametrize(("behave", "error"), [(silent, "timeout"), (resetting, "connection_broken")])
def test_without_an_answer_the_reason_is_told(behave: Behaviour, error: str) -> None:
    """In the words of every attempt."""
    with receiving(behave) as receiver:
        told = real(SHORT).send(a_file(receiver.url))
    assert (told.status, told.error) == (None, error)


@pytest.mark.parametrize(("url", "error"), [("http://127.0.0.1:9/", "address_not_public"),
    ("http://[::1/", "bad_request"), ("ftp://127.0.0.1/", "bad_request")])  # fmt: skip
def test_what_may_not_be_reached_is_not(url: str, error: str) -> None:
    """Nor what is no address of ours."""
    assert real(private=False).send(a_file(url)).error == error


def test_a_redirect_is_not_followed() -> None:
    """A key belongs to one address."""
    with receiving() as other, receiving(answering(307, b"", Location=other.url)) as receiver:
        assert real().send(a_file(receiver.url)).status == 307
        assert other.requests == []


def test_an_answer_that_comes_before_the_end_of_the_file_is_heard() -> None:
    """A CRM need not read what is too large for it."""

    def early(exchange: Exchange, request: Received) -> bool:
        exchange.send(answer(413, b"too large", Connection="close"))
        return False

    with receiving(early) as receiver:
        assert real().send(a_file(receiver.url)).status == 413


def test_what_is_read_too_slowly_is_given_up() -> None:
    """The pieces are read no further than to the end of the time."""
    read: list[int] = []

    def slow() -> Iterator[bytes]:
        for place in range(1000):
            read.append(place)
            yield bytes(MEGABYTE)

    with receiving(silent) as receiver:
        told = real(SHORT).send(FormUpload(receiver.url, {}, "f", "a", "audio/wav", 1000 * MEGABYTE, slow()))
    assert told.error == "timeout"
    assert len(read) < 1000
