from __future__ import annotations

import pytest

from identity_provider import IdentityProvider


@pytest.fixture(scope="session")
def provider():
    with IdentityProvider() as running:
        running.public, _ = running.client("http://localhost:9/callback", "none")
        running.confidential, running.secret = running.client("http://localhost:9/callback", "client_secret_basic")
        yield running
