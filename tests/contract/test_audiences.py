"""Port Audiences."""

import gzip
import json
import zlib

import pytest
import requests

from switchboard.aws.audiences_bucket import AudiencesBucket
from switchboard.campaigns.ports import PAGE, Audiences
from switchboard.errors import NotFound
from switchboard.kernel.campaign import Audience, Subscriber
from tests.fakes.dialling_store import MemoryAudiences
from tests.support.campaigns import people
from tests.support.stack import Stack

pytestmark = pytest.mark.usefixtures("links")  # addresses of the store's are opened


@pytest.fixture
def audiences(request: pytest.FixtureRequest, kind: str) -> Audiences:
    if kind == "memory":
        return MemoryAudiences()
    return bucket(request.getfixturevalue("stack"))


def bucket(stack: Stack) -> AudiencesBucket:
    return AudiencesBucket(stack.clients.s3, stack.refs["CampaignsBucket"], "audiences")


@pytest.mark.parametrize("size", [0, 1, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE])
def test_what_is_kept_is_read_by_the_page(audiences: Audiences, size: int) -> None:
    """All of it, in its order, and nothing behind the last."""
    everybody = people(size)
    audience = audiences.save("acme", "a1", iter(everybody))
    pages = [audiences.page("acme", audience, number) for number in range(size // PAGE + 2)]
    assert audience == Audience("a1", size)
    assert [one for page in pages for one in page] == everybody
    assert [len(page) for page in pages][-1] == 0


def test_it_is_read_as_a_whole(audiences: Audiences) -> None:
    """Names, numbers and addresses as they were."""
    somebody = [Subscriber('Анна "Ли", [Пермь]', ("776429", "+79160001122"), ("a@x.example",)), Subscriber("]", ())]
    audience = audiences.save("acme", "a1", somebody)
    assert list(audiences.whole("acme", audience)) == list(audiences.page("acme", audience, 0)) == somebody


def test_accounts_have_lists_of_their_own(audiences: Audiences) -> None:
    """Under the same id."""
    mine = audiences.save("acme", "a1", people(2))
    audiences.save("other", "a1", people(1, first=7))
    assert list(audiences.whole("acme", mine)) == people(2)


def test_what_is_removed_is_gone(audiences: Audiences) -> None:
    """Removing it again does no harm."""
    audience = audiences.save("acme", "a1", people(2))
    audiences.remove("acme", "a1")
    audiences.remove("acme", "a1")
    with pytest.raises(NotFound):
        list(audiences.whole("acme", audience))
    with pytest.raises(NotFound):
        audiences.page("acme", audience, 0)


def test_a_page_is_read_once(stack: Stack) -> None:
    """What a conductor asks for again and again costs nothing; a new page is one request."""
    audience = bucket(stack).save("acme", "a1", people(3 * PAGE))
    asked: list[str] = []
    stack.clients.s3.meta.events.register(
        "before-call.s3.GetObject", lambda **_: asked.append("get"), unique_id="count"
    )
    reading = bucket(stack)
    for number in (0, 0, 1, 0, 1):
        reading.page("acme", audience, number)
    stack.clients.s3.meta.events.unregister("before-call.s3.GetObject", unique_id="count")
    assert len(asked) == 3  # where the pages are, and two of them


def test_whoever_has_the_address_reads_json(stack: Stack) -> None:
    """The object as it is, as any client decompresses it, for five minutes."""
    kept = bucket(stack)
    audience = kept.save("acme", "a1", people(PAGE + 1))
    link = kept.link("acme", audience, compressed=True)
    assert "X-Amz-Expires=300" in link
    found = requests.get(link, timeout=5)
    assert found.headers["content-type"] == "application/json"
    text = gzip.decompress(found.content) if found.content.startswith(b"\x1f\x8b") else found.content
    assert [one["phones"] for one in json.loads(text)] == [list(one.phones) for one in people(PAGE + 1)]


def test_clients_that_know_one_member_alone_read_all(stack: Stack) -> None:
    """Many a client takes what follows the first member of a gzip file for nothing."""
    bucket(stack).save("acme", "a1", people(2 * PAGE + 1))
    name = stack.refs["CampaignsBucket"]
    data = stack.clients.s3.get_object(Bucket=name, Key="audiences/acme/a1.json.gz")["Body"].read()
    one_member = zlib.decompressobj(zlib.MAX_WBITS | 16)
    assert len(json.loads(one_member.decompress(data))) == 2 * PAGE + 1
    assert (one_member.eof, one_member.unused_data) == (True, b"")


def test_it_is_small(stack: Stack) -> None:
    """A hundred thousand people are an object of a few megabytes."""
    bucket(stack).save("acme", "a1", people(20_000))
    name = stack.refs["CampaignsBucket"]
    head = stack.clients.s3.head_object(Bucket=name, Key="audiences/acme/a1.json.gz")
    assert head["ContentLength"] < 400_000
