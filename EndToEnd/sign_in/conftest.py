from __future__ import annotations

import pytest

from identity_provider import IdentityProvider


@pytest.fixture(scope="session")
def provider():
    with IdentityProvider() as running:
        running.client("gate", "http://localhost:9/callback", None)
        running.client("desk", "http://localhost:9/callback", "a secret: with/odd+signs")
        yield running
