"""Port Speaker: Polly under moto, espeak-ng where it is installed, the robot of the tests."""

import shutil

import boto3
import pytest
from botocore.exceptions import ClientError

from switchboard.aws.polly import PollySpeaker
from switchboard.campaigns.audio.ports import Speaker
from switchboard.errors import Invalid
from switchboard.media.espeak import EspeakSpeaker
from tests.fakes.audio import Robot
from tests.support.sounds import samples_of


@pytest.fixture(params=["memory", "polly", "espeak-ng"])
def speaker(request: pytest.FixtureRequest) -> Speaker:
    if request.param == "memory":
        return Robot()
    if request.param == "polly":
        request.getfixturevalue("stack")
        return PollySpeaker(boto3.client("polly", region_name="us-east-1"))
    program = shutil.which("espeak-ng")
    if program is None:
        pytest.skip("espeak-ng is not installed")
    return EspeakSpeaker(program)


def test_a_text_is_spoken_in_the_speakers_own_voice(speaker: Speaker) -> None:
    """It is a WAV."""
    assert speaker.speak("Внимание! Уровень воды растёт.", "").startswith(b"RIFF")


def test_espeak_speaks_by_pollys_names() -> None:
    """A longer text takes longer, and two voices differ."""
    program = shutil.which("espeak-ng")
    if program is None:
        pytest.skip("espeak-ng is not installed")
    speaker = EspeakSpeaker(program)
    spoken = [speaker.speak("Паводок.", voice) for voice in ("Tatyana", "Maxim", "ru")]
    assert len(set(spoken)) == 3
    assert len(speaker.speak("Паводок. " * 5, "Maxim")) > len(spoken[1]) * 2


@pytest.mark.parametrize("voice", ["nobody", "--path=/etc", "xx", "ru; ls"])
def test_espeak_knows_no_other_voices(voice: str) -> None:
    """Whatever is asked for, it is no option of the program's."""
    program = shutil.which("espeak-ng")
    if program is None:
        pytest.skip("espeak-ng is not installed")
    with pytest.raises(Invalid, match="no such voice"):
        EspeakSpeaker(program).speak("x", voice)


class Polly:
    """A client of Polly that has some voices of one engine each, as the service answers."""

    def __init__(self, **engines: str) -> None:
        self.engines, self.asked = engines, []

    def synthesize_speech(self, **wanted: str) -> dict[str, object]:
        self.asked.append(wanted)
        if wanted["Text"] == "long":
            raise error("TextLengthExceededException")
        if wanted["Text"] == "busy":
            raise error("ThrottlingException")
        if self.engines.get(wanted["VoiceId"]) != wanted["Engine"]:
            raise error("ValidationException")
        return {"AudioStream": Stream()}


class Stream:
    def read(self) -> bytes:
        return b"\x01\x02" * 160


def error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, "SynthesizeSpeech")


@pytest.mark.parametrize(
    ("voice", "named", "engines"),
    [("", "Tatyana", ["standard"]), ("maxim", "Maxim", ["standard"]), ("Joanna", "Joanna", ["neural"]),
     ("Carmen", "Carmen", ["neural", "standard"])],
)  # fmt: skip
def test_polly_speaks_by_the_best_engine_of_a_voice(voice: str, named: str, engines: list[str]) -> None:
    """Neural where there is such a voice, standard where not: the Russian ones are standard."""
    polly = Polly(Tatyana="standard", Maxim="standard", Joanna="neural", Carmen="standard")
    spoken = PollySpeaker(polly).speak("Привет", voice)  # type: ignore[arg-type]
    assert [(one["VoiceId"], one["Engine"]) for one in polly.asked] == [(named, engine) for engine in engines]
    assert len(samples_of(spoken)) == 160


@pytest.mark.parametrize(("text", "voice", "field"), [("x", "Nobody", "voice"), ("long", "", "text")])
def test_what_polly_does_not_take_is_told(text: str, voice: str, field: str) -> None:
    """By the name of the field."""
    with pytest.raises(Invalid) as told:
        PollySpeaker(Polly(Tatyana="standard")).speak(text, voice)  # type: ignore[arg-type]
    assert told.value.field == field


def test_what_fails_at_polly_is_a_failure_of_ours() -> None:
    """And is logged as one."""
    with pytest.raises(ClientError):
        PollySpeaker(Polly(Tatyana="standard")).speak("busy", "")  # type: ignore[arg-type]
