"""The rules of the services that are asked little, each with what it takes and what it refuses."""

from typing import Any

import pytest

from tests.aws_rules.model import Facts
from tests.aws_rules.others import RULES

KIB = 1024


def broken(service: str, operation: str, **params: Any) -> list[str]:
    """What a request breaks."""
    return [one.rule for one in RULES[service][operation](params, Facts())]


def started(**params: Any) -> list[str]:
    return broken("stepfunctions", "StartExecution", **params)


@pytest.mark.parametrize("letter", [*' \t\n<>{}[]?*"#%\\^|~`$&,;:/', "\x00", "\x7f", "\x9f", "\ufffe", "\ud800"])
def test_an_execution_has_a_name_without_marks(letter: str) -> None:
    """1 to 80 letters, digits, dots, - and _."""
    assert started(name="acme-1.a_b" + "x" * 70) == []
    assert len(started(name=f"a{letter}")) == 1


def test_an_executions_name_is_short_and_not_empty() -> None:
    """It may be left to Step Functions."""
    assert started() == []
    for wrong in ("", "x" * 81):
        assert len(started(name=wrong)) == 1


def test_a_state_is_json_of_256_kibibytes() -> None:
    """In bytes, what an execution begins with as well as what a task answers."""
    assert started(input='"' + "x" * (256 * KIB - 2) + '"') == []
    assert len(started(input='"' + "x" * (256 * KIB - 1) + '"')) == 1
    assert len(started(input='"' + "ы" * (128 * KIB) + '"')) == 1
    assert len(started(input="{")) == 1
    assert len(broken("stepfunctions", "SendTaskSuccess", output="{")) == 1


def test_a_notice_is_short_and_its_subject_a_line_of_ascii() -> None:
    """256 KB and 100 letters."""
    assert broken("sns", "Publish", Message="x" * 256 * KIB, Subject="Lost") == []
    assert len(broken("sns", "Publish", Message="x" * (256 * KIB + 1))) == 1
    assert len(broken("sns", "Publish", Message="")) == 1
    for wrong in ("x" * 101, "a\nb", "ы", ""):
        assert len(broken("sns", "Publish", Message="x", Subject=wrong)) == 1
    assert len(broken("sns", "Publish", Message="x", MessageAttributes={"a b": {"StringValue": "x"}})) == 1


def mailed(*to: str, subject: str = "Hello", sender: str = "hub@hub.example", text: str = "") -> list[str]:
    content = {"Simple": {"Subject": {"Data": subject}, "Body": {"Text": {"Data": text}}}}
    return broken("sesv2", "SendEmail", FromEmailAddress=sender, Destination={"ToAddresses": list(to)}, Content=content)


def test_a_message_goes_to_at_most_50_addresses() -> None:
    """To one, at least."""
    assert mailed(*["a@b.example"] * 50) == []
    assert len(mailed(*["a@b.example"] * 51)) == 1
    assert len(mailed()) == 1


@pytest.mark.parametrize(
    "wrong", ["a", "a@b", "a b@c.example", "ы@b.example", "x" * 65 + "@b.example", "a..b@c.example"]
)
def test_an_address_is_one(wrong: str) -> None:
    """Of ASCII; a name may stand before it."""
    assert mailed("Ann <a.b+c@d.example>") == []
    assert len(mailed(wrong)) == 1
    assert len(mailed("a@b.example", sender=wrong)) == 1


def test_a_message_has_one_line_of_subject_and_40_megabytes() -> None:
    """Of text."""
    assert len(mailed("a@b.example", subject="a\r\nBcc: b@c.example")) == 1
    assert len(mailed("a@b.example", text="x" * 40 * KIB * KIB)) == 1


def test_a_key_seals_four_kilobytes() -> None:
    """At least one byte, with names in the context."""
    assert broken("kms", "Encrypt", Plaintext=bytes(4096), EncryptionContext={"account": ""}) == []
    for wrong in (b"", bytes(4097)):
        assert len(broken("kms", "Encrypt", Plaintext=wrong)) == 1
    assert len(broken("kms", "Decrypt", EncryptionContext={"account": "x" * 8192})) == 1
    assert len(broken("kms", "Decrypt", EncryptionContext={"": "x"})) == 1


def test_a_schedule_has_a_name() -> None:
    """1 to 64 letters, digits, dots, - and _."""
    assert broken("scheduler", "CreateSchedule", Name="a.b-c_" + "x" * 58) == []
    for wrong in ("", "x" * 65, "a b", "a/b"):
        assert len(broken("scheduler", "CreateSchedule", Name=wrong)) == 1


def test_a_text_has_at_most_3000_characters() -> None:
    """6000 with the tags of SSML, which are not billed."""
    assert broken("polly", "SynthesizeSpeech", Text="ы" * 3000) == []
    assert broken("polly", "SynthesizeSpeech", Text="<p>" + "x" * 3000, TextType="ssml") == []
    for wrong in ("", " ", "x" * 3001):
        assert len(broken("polly", "SynthesizeSpeech", Text=wrong)) == 1
