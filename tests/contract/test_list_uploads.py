"""Port Uploads."""

from collections.abc import Callable

import pytest
import requests

from switchboard.aws.list_uploads import ListUploads
from switchboard.campaigns.ports import Uploads
from switchboard.kernel.campaign import ListUpload
from tests.fakes.campaigns import MemoryUploads
from tests.support.builders import NOON
from tests.support.stack import Stack

pytestmark = pytest.mark.usefixtures("links")  # addresses of the store's are opened

UPLOAD = ListUpload("acme", "u1", "river", "user", 5, "text/csv", "cp1251")
Put = Callable[[ListUpload, bytes], None]


@pytest.fixture
def both(request: pytest.FixtureRequest, kind: str) -> tuple[Uploads, Put]:
    """The port, and what puts a list where it belongs."""
    if kind == "memory":
        memory = MemoryUploads()
        return memory, memory.put
    stack: Stack = request.getfixturevalue("stack")
    uploads = of(stack)

    def put(upload: ListUpload, data: bytes) -> None:
        answer = requests.put(uploads.expect(upload), data, headers={"Content-Type": upload.kind}, timeout=5)
        assert answer.status_code == 200

    return uploads, put


def of(stack: Stack) -> ListUploads:
    table, bucket = stack.table("CampaignsTable"), stack.refs["CampaignsBucket"]
    return ListUploads(stack.dynamodb, table, stack.clients.s3, bucket, lambda: NOON)


def test_what_is_to_come_is_known_by_its_account(both: tuple[Uploads, Put]) -> None:
    """With all that is needed to read it."""
    uploads, _ = both
    uploads.expect(UPLOAD)
    assert uploads.expected("acme", "u1") == UPLOAD
    assert uploads.expected("other", "u1") is uploads.expected("acme", "x" * 5000) is None


def test_what_came_is_read(both: tuple[Uploads, Put]) -> None:
    """Nothing before that, and nothing after it is removed."""
    uploads, put = both
    uploads.expect(UPLOAD)
    assert uploads.read(UPLOAD) is None
    put(UPLOAD, b"77642")
    assert uploads.read(UPLOAD) == b"77642"
    for _ in range(2):
        uploads.remove(UPLOAD)
    assert uploads.read(UPLOAD) is None


def test_an_address_is_good_for_a_quarter_of_an_hour_and_just_this_size(stack: Stack) -> None:
    """Both are signed, and the row ends after a day."""
    link = of(stack).expect(UPLOAD)
    assert "X-Amz-Expires=900" in link
    assert "content-length" in link
    (row,) = stack.items("CampaignsTable")
    assert int(row["expires_at"]["N"]) == int(NOON.timestamp()) + 86_400
