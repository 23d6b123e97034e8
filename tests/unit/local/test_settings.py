import pytest

from local import settings
from local.errors import LocalError


def test_everything_has_a_default() -> None:
    """An empty environment gives port 8080, and deliveries to this machine."""
    found = settings.read({})
    assert found.port == 8080
    assert found.emulator_port is None
    assert found.parameters["PublicUrl"] == found.base_url == "http://127.0.0.1:8080"
    assert found.parameters["AllowPrivateTargets"] == "true"


def test_knobs_become_parameters_of_the_stack() -> None:
    """What the environment says goes to the stack as it is."""
    knobs = {"RETRY_SCHEDULE": "1,1,1", "FAST_ATTEMPTS": "2", "DELIVERY_TIMEOUT": "3", "ALLOW_PRIVATE_TARGETS": "false"}
    knobs["STACK_OPERATOR"] = "always"
    parameters = settings.read({**knobs, "PORT": "9000"}).parameters
    assert parameters["RetrySchedule"] == "1,1,1"
    assert parameters["FastAttempts"] == "2"
    assert parameters["DeliveryTimeout"] == "3"
    assert parameters["AllowPrivateTargets"] == "false"
    assert parameters["StackOperator"] == "always"
    assert parameters["PublicUrl"] == "http://127.0.0.1:9000"


def test_a_knob_that_is_gone_is_back_at_its_default() -> None:
    """A deployment keeps what it is not told, so every parameter is told every time, empty ones too."""
    assert settings.read({"FAST_ATTEMPTS": ""}).parameters == settings.read({}).parameters


@pytest.mark.parametrize("port", ["abc", "0", "70000", "-1", "80 80", "٨٠"])
def test_a_port_is_a_number(port: str) -> None:
    """Anything else is refused with its name and value."""
    with pytest.raises(LocalError, match=r"PORT=.* is no port number"):
        settings.read({"PORT": port})
