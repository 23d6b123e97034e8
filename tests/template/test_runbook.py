"""The runbook and the page on AWS say what the template says: each alarm has a row, and each number has a source."""

import re
from pathlib import Path
from typing import Any

import boto3
import pytest

from local.bundle import ROOT
from tests.template.numbers import Claim, Page, Sources

PAGES = [Page.read(ROOT / "docs" / name) for name in ("runbook.md", "on-aws.md")]
CLAIMS = [pytest.param(page, claim, id=f"{claim.block} {claim.words}") for page in PAGES for claim in page.claims]
PACKAGE = ROOT / "layers" / "switchboard" / "switchboard"

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@pytest.fixture(scope="session")
def sources(template: dict[str, Any], transformed: dict[str, Any]) -> Sources:
    return Sources(transformed, template["Parameters"], PACKAGE)


def test_every_alarm_has_a_row_and_every_row_an_alarm(transformed: dict[str, Any]) -> None:
    """An alarm nobody can look up wakes somebody for nothing."""
    alarms = [name for name, resource in transformed.items() if resource["Type"] == "AWS::CloudWatch::Alarm"]
    rows = re.findall(r"^\| (<a id=.*?) \|", (ROOT / "docs" / "runbook.md").read_text(), re.MULTILINE)
    assert sorted(re.findall(r"`(\w+Alarm)`", " ".join(rows))) == sorted(alarms)


def test_the_page_on_aws_answers_every_question_in_its_order(template: dict[str, Any]) -> None:
    """`sam deploy --guided` asks for each parameter of the template."""
    asked = re.findall(r"^\| `Parameter (\w+)` \|", (ROOT / "docs" / "on-aws.md").read_text(), re.MULTILINE)
    assert asked == list(template["Parameters"])


@pytest.mark.parametrize(("service", "name"), [("Polly", "polly"), ("SES", "sesv2")])
def test_the_page_on_aws_knows_regions_that_lack_a_service(service: str, name: str) -> None:
    """As botocore's own list of endpoints says."""
    listed = re.search(rf"^- without {service}: (.*)[;.]$", (ROOT / "docs" / "on-aws.md").read_text(), re.MULTILINE)
    known = boto3.session.Session()
    without = set(known.get_available_regions("lambda")) - set(known.get_available_regions(name))
    assert listed
    assert set(re.findall(r"`([\w-]+)`", listed[1])) == without


@each_page
def test_every_number_has_a_source(page: Page) -> None:
    """A number that is written by heart is wrong after the next change."""
    assert list(page.unclaimed()) == []


@each_page
def test_numbers_are_written_in_digits(page: Page) -> None:
    """Those in letters would be checked by nobody. One and two are words like others."""
    assert list(page.spelled()) == []


@each_page
def test_every_source_is_for_words_of_the_page(page: Page) -> None:
    """Words that went take their source with them."""
    assert page.unused() == []


@pytest.mark.parametrize(("page", "claim"), CLAIMS)
def test_a_number_is_what_its_source_says(page: Page, claim: Claim, sources: Sources) -> None:
    """In the template, or in a constant of the package. AWS's own numbers name their page."""
    assert claim.is_of_aws or claim.value() == sources.value(claim.source)


def test_a_page_without_a_source_for_a_number_is_found(tmp_path: Path) -> None:
    """Code, links and numbers of lists are no statements; a number in another row is not covered."""
    page = tmp_path / "page.md"
    page.write_text(
        "Waits for 5 minutes, see [x](x-9.md) and `7`.\n\n1. One of twelve.\n\n| A | 10 times |\n| B | 10 times |\n\n"
        "<!-- numbers\nfor 5 minutes = X\nA … 10 times = Y\nC … 10 times = Z\n-->\n"
    )
    read = Page.read(page)
    assert list(read.unclaimed()) == ["10: | B | 10 times |"]
    assert list(read.spelled()) == ["twelve: 1. One of twelve."]
    assert [claim.source for claim in read.unused()] == ["Z"]
    assert [claim.value() for claim in read.claims] == [300, 10, 10]
