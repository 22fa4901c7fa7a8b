"""The example bank, started once for all tests that leave it as they found it, and afresh for those that do not."""

from __future__ import annotations

import pytest

from installation import Installation


@pytest.fixture(scope="session")
def demo():
    """Shared: whoever changes something changes it back."""
    with Installation() as installation:
        yield installation


@pytest.fixture(scope="module")
def own():
    """One a module, which may do with it what it likes."""
    with Installation() as installation:
        yield installation


@pytest.fixture
def install():
    """Makes installations, not yet started; stopped and removed after the test."""
    made: list[Installation] = []

    def make(**settings) -> Installation:
        made.append(Installation(**settings))
        return made[-1]

    yield make
    for installation in made:
        installation.remove()
