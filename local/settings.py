import os
from collections.abc import Mapping
from dataclasses import dataclass

from local.bundle import load_template
from local.errors import LocalError

_HIGHEST_PORT = 65535
# The environment's names of what the stack calls its parameters.
_KNOBS = {
    "RETRY_SCHEDULE": "RetrySchedule",
    "FAST_ATTEMPTS": "FastAttempts",
    "DELIVERY_TIMEOUT": "DeliveryTimeout",
    "DISABLE_AFTER": "DisableAfter",
    "FINAL_AFTER": "FinalAfter",
    "ALLOW_PRIVATE_TARGETS": "AllowPrivateTargets",
    "RECORDING_SCHEDULE": "RecordingSchedule",
    "STREAM_SECONDS": "StreamSeconds",
    "EMAIL_SENDER": "EmailSender",
    "SPEECH_ENGINE": "SpeechEngine",
    "AUDIO_LOUDNESS": "AudioLoudness",
    "AUDIO_TRIM": "AudioTrim",
    "STACK_OPERATOR": "StackOperator",
}
# Where one machine wants something else than AWS: receivers are in its own networks, a client that hangs up is noticed.
_HERE = {
    "AllowPrivateTargets": "true",
    "StreamSeconds": "840",
    "SpeechEngine": "espeak-ng",
    "EmailSender": "hub@switchboard.example",
}


@dataclass(frozen=True, slots=True)
class Settings:
    port: int
    emulator_port: int | None
    parameters: Mapping[str, str]

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    port = _port(environment, "PORT") or 8080
    return Settings(port, _port(environment, "EMULATOR_PORT"), _parameters(environment, port))


def _port(environment: Mapping[str, str], name: str) -> int | None:
    text = environment.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= _HIGHEST_PORT):
        raise LocalError(f"{name}={text} is no port number.")
    return int(text)


def _parameters(environment: Mapping[str, str], port: int) -> dict[str, str]:
    """Name every parameter, the untouched ones too: a deployment keeps the last value of those it is not told."""
    parameters = {"PublicUrl": f"http://127.0.0.1:{port}"}
    declared = load_template()["Parameters"]
    for variable, parameter in _KNOBS.items():
        default = _HERE.get(parameter) or str(declared[parameter]["Default"])
        parameters[parameter] = environment.get(variable, "").strip() or default
    return parameters
