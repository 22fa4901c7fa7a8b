"""The example bank, and a real model that it asks."""

from __future__ import annotations

import pytest

from inference_server import KEY, InferenceServer
from installation import Installation
from tiny_bundle import DEPLOYMENT, bundle


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    with InferenceServer(tmp_path_factory.mktemp("model")) as running:
        yield running


@pytest.fixture(scope="session")
def bank(server, tmp_path_factory):
    with Installation() as own:
        credential = own.data / "credentials" / f"{DEPLOYMENT}.key"
        credential.touch(mode=0o600)
        credential.write_text(KEY + "\n")
        own.activate(bundle(tmp_path_factory.mktemp("bundle") / "bank", server.url + "/v1"))
        yield own
