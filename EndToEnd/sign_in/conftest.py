from __future__ import annotations

import pytest

from identity_provider import IdentityProvider


@pytest.fixture(scope="session")
def provider():
    with IdentityProvider() as running:
        yield running
