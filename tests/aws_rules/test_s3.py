"""The rules of S3, each with what it takes and what it refuses."""

from typing import Any

import pytest

from tests.aws_rules.model import Facts
from tests.aws_rules.s3 import RULES, SMALLEST_PART, presign_violations


def broken(operation: str, facts: Facts | None = None, **params: Any) -> list[str]:
    """What a request breaks."""
    given = {"Bucket": "b", "Key": "audio/acme/1.wav", **params}
    return [one.rule for one in RULES[operation](given, facts or Facts())]


@pytest.mark.parametrize("key", ["", "x" * 1025, "ы" * 513, "a/../b", "a/./b"])
def test_a_key_is_short_and_leads_nowhere_else(key: str) -> None:
    """In bytes of UTF-8."""
    assert broken("PutObject") == []
    assert broken("PutObject", Key="x" * 1024) == []
    assert len(broken("PutObject", Key=key)) == 1


def test_metadata_is_two_kilobytes_of_ascii() -> None:
    """It travels in headers."""
    assert broken("PutObject", Metadata={"name": "x" * 2044}) == []
    assert len(broken("PutObject", Metadata={"name": "x" * 2045})) == 1
    assert len(broken("PutObject", Metadata={"name": "ы"})) == 1
    assert len(broken("PutObject", ContentType="аудио")) == 1


def test_tags_are_ten_short_pairs() -> None:
    """Encoded as a query."""
    assert broken("PutObject", Tagging="retention-days=90&by=a%20b") == []
    assert len(broken("PutObject", Tagging="&".join(f"a{n}=1" for n in range(11)))) == 1
    assert len(broken("PutObject", Tagging=f"{'a' * 129}=1")) == 1
    assert len(broken("PutObject", Tagging="a=%3C")) == 1


@pytest.mark.parametrize("wrong", ["bytes=5-4", "bytes=-", "5-6", "bytes=a-b"])
def test_a_range_is_of_bytes(wrong: str) -> None:
    """From a place to the same or a later one."""
    for right in ("bytes=0-0", "bytes=5-", "bytes=-5"):
        assert broken("GetObject", Range=right) == []
    assert len(broken("GetObject", Range=wrong)) == 1


def test_a_copys_source_is_encoded_and_names_its_bucket() -> None:
    """As a part of a URL."""
    assert broken("CopyObject", CopySource="b/a%20b") == []
    assert len(broken("CopyObject", CopySource="b")) == 1


def test_every_part_but_the_last_is_large() -> None:
    """5 MiB, as they are put together."""
    facts = Facts()
    for number, size in ((1, SMALLEST_PART), (2, SMALLEST_PART - 1), (3, 1)):
        assert broken("UploadPart", facts, UploadId="u", PartNumber=number, Body=bytes(size)) == []
    parts = [{"PartNumber": number} for number in (1, 2, 3)]
    assert len(broken("CompleteMultipartUpload", facts, UploadId="u", MultipartUpload={"Parts": parts})) == 1
    without = [{"PartNumber": number} for number in (1, 2)]
    assert broken("CompleteMultipartUpload", facts, UploadId="u", MultipartUpload={"Parts": without}) == []


def test_parts_are_numbered_and_told_in_order() -> None:
    """From 1 to 10000."""
    for wrong in (0, 10_001):
        assert len(broken("UploadPart", UploadId="u", PartNumber=wrong, Body=b"x")) == 1
    for numbers in ([], [2, 1], [1, 1]):
        parts = {"Parts": [{"PartNumber": number} for number in numbers]}
        assert len(broken("CompleteMultipartUpload", UploadId="u", MultipartUpload=parts)) == 1


def test_a_signed_address_lives_for_a_week_at_most() -> None:
    """In seconds, at least one."""
    assert list(presign_violations(604_800)) == []
    for wrong in (604_801, 0):
        assert len(list(presign_violations(wrong))) == 1


@pytest.mark.parametrize("wrong", ["ab", "Abc", "a_b", "10.0.0.1", "xn--abc", "a..b", "-ab", "abc-s3alias"])
def test_buckets_have_names_as_hosts_do(wrong: str) -> None:
    """3 to 63 small letters, digits, dots and hyphens."""
    assert broken("CreateBucket", Bucket="stack-1-recordings") == []
    assert len(broken("CreateBucket", Bucket=wrong)) == 1
