"""Every suite here runs on the in-memory fake and on the real adapter under moto."""

import pytest


@pytest.fixture(params=["memory", "aws"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which adapter the suite runs on."""
    return str(request.param)
