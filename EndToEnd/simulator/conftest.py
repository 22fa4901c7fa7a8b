import pytest

from simulated import Vendor


@pytest.fixture(scope="session")
def openai_vendor():
    with Vendor("openai", "--in-band-script", "--tokens-per-second", "500", "--models", "gpt-5.5,gpt-5.5-mini") as vendor:
        yield vendor


@pytest.fixture(scope="session")
def anthropic_vendor():
    with Vendor("anthropic", "--in-band-script", "--tokens-per-second", "500") as vendor:
        yield vendor
