"""What audio of campaigns stands on: time and memory for a conversion, uploads that are forgotten."""

from collections.abc import Callable
from typing import Any

import pytest

from switchboard.media.converter import ConversionLimits
from tests.template.test_functions import CONVERTING, logical_id

OfType = Callable[[str], dict[str, dict[str, Any]]]
GATEWAY = 29  # seconds that a request may take
MEGABYTE = 1024 * 1024


@pytest.mark.parametrize("folder", CONVERTING)
def test_a_conversion_ends_before_its_caller_gives_up(folder: str, of_type: OfType) -> None:
    """The processor's limit, the clock's, the function's, the gateway's: each is reached before the next."""
    limits, timeout = ConversionLimits(), of_type("AWS::Lambda::Function")[logical_id(folder)]["Timeout"]
    assert limits.cpu < limits.wall < timeout <= GATEWAY


@pytest.mark.parametrize("folder", CONVERTING)
def test_a_conversion_fits_beside_the_function(folder: str, of_type: OfType) -> None:
    """Whatever the process may take, there is as much again; and it has a whole processor, which is 1769 MB."""
    memory = of_type("AWS::Lambda::Function")[logical_id(folder)]["MemorySize"]
    assert memory * MEGABYTE >= 2 * ConversionLimits().memory
    assert memory >= 1769


def test_what_nobody_made_a_file_of_is_forgotten(of_type: OfType) -> None:
    """After a day, and nothing else is: files stay until somebody deletes them."""
    rules = of_type("AWS::S3::Bucket")["CampaignsBucket"]["LifecycleConfiguration"]["Rules"]
    assert ("originals/", 1) in [(rule.get("Prefix"), rule.get("ExpirationInDays")) for rule in rules]
    assert [rule for rule in rules if "AbortIncompleteMultipartUpload" in rule and "Prefix" not in rule]


def test_what_decodes_may_read_originals_and_write_audio_and_nothing_else(of_type: OfType) -> None:
    """A file that takes over the decoder finds a role without tables, queues, secrets and other folders."""
    (policy,) = of_type("AWS::IAM::Role")["WorkflowsConvertAudioFunctionRole"]["Policies"]
    allowed = {
        (action, str(statement["Resource"]).partition("}*/")[2].rstrip("'}"))
        for statement in policy["PolicyDocument"]["Statement"]
        for action in statement["Action"]
    }
    assert allowed == {("s3:GetObject", "originals/*"), ("s3:PutObject", "audio/*")}
