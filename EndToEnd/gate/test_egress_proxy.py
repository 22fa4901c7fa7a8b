"""Proves that models are reached through an authenticated egress proxy that learns a name and a port and nothing else,
that its refusals are its own in the record, and that exceptions go past it."""

import socket

import pytest

import wire
from bundles import deployment, variant
from certificates import Authority
from egress_proxy import EgressProxy
from extra_gate import ExtraGate, append
from installation import CHAT
from prompts import GPT, MINI, ask, mark
from test_tls import Nginx, outcomes

GB = "p-gb-banker"


@pytest.fixture(scope="module")
def site(own, tmp_path_factory):
    """A bank whose GPT stands behind TLS on this machine, and is reached in no other way."""
    folder = tmp_path_factory.mktemp("egress")
    authority = Authority(folder)
    pair, ours = authority.issue("models.example", "localhost", "127.0.0.1"), authority.issue("ours.example")
    nginx = Nginx(folder / "nginx", own.vendors["openai"].url, pair, authority)
    bundle = variant(
        folder / "bank",
        ("deployments.yaml", deployment("gpt-5.5-direct", endpoint=f"https://localhost:{nginx.port}/v1")),
        ("deployments.yaml", deployment("gpt-5.5-foundry-eu", endpoint="http://127.0.0.1:9")),
        ("deployments.yaml", deployment("gpt-5.5-mini-direct", endpoint=f"https://127.0.0.1:{nginx.port}/v1")),
        ("deployments.yaml", deployment("gpt-5.5-mini-foundry-eu", endpoint="http://127.0.0.1:9")),
    )
    own.activate(bundle)
    shown = f"certificate: {ours.certificate}, key: {ours.key}"
    append(
        own,
        f"upstream_tls:\n  - {{deployment: gpt-5.5-direct, {shown}}}\n  - {{deployment: gpt-5.5-mini-direct, {shown}}}\n"
        f"upstream_authorities: {authority.file}\n",
    )
    yield own, nginx
    nginx.stop()


def login(folder, text: str):
    file = folder / "login"
    file.write_text(text + "\n")
    file.chmod(0o600)
    return file


def post(bank, gate, model: str, **more) -> wire.Answer:
    base = f"http://127.0.0.1:{gate.port}"
    return wire.ask(base, CHAT, *bank._request(GB, CHAT, ask(model, mark(), **more), ()))


def test_the_proxy_learns_the_name_and_nothing_else(site, tmp_path):
    bank, nginx = site
    proxy = EgressProxy("portcullis:sesame")
    settings = {
        "egress_proxy": f"http://127.0.0.1:{proxy.port}",
        "egress_proxy_login": login(tmp_path, "portcullis:sesame"),
        "egress_proxy_except": "127.0.0.0/8",
    }
    with ExtraGate(bank, "gwegress", **settings) as gate:
        assert post(bank, gate, GPT).header("portcullis-served-by") == "gpt-5.5-direct"
        assert b"[DONE]" in post(bank, gate, GPT, stream=True).body
        assert proxy.tunnels == [f"localhost:{nginx.port}"], "a tunnel is kept as a connection is"
        assert set(proxy.heads[0].lower().split(b"\r\n")) == {
            f"connect localhost:{nginx.port} http/1.1".encode(),
            f"host: localhost:{nginx.port}".encode(),
            f"proxy-authorization: {proxy.expected}".lower().encode(),
            b"",
        }
        credential = (bank.data / "credentials" / "gpt-5.5-direct.key").read_bytes().strip()
        for secret in (credential, b"chat/completions", b"max_tokens", b"data:"):
            assert secret not in proxy.bytes
        # An exception goes past it.
        assert post(bank, gate, MINI).header("portcullis-served-by") == "gpt-5.5-mini-direct"
        assert len(proxy.tunnels) == 1
    proxy.close()


@pytest.mark.parametrize("refuses, word, code", [(None, "wrong", 407), (403, "sesame", 403), (503, "sesame", 503)])
def test_its_refusals_are_its_own(site, tmp_path, refuses, word, code):
    bank, nginx = site
    proxy = EgressProxy("portcullis:sesame", refuses)
    settings = {
        "egress_proxy": f"http://127.0.0.1:{proxy.port}",
        "egress_proxy_login": login(tmp_path, f"portcullis:{word}"),
    }
    with ExtraGate(bank, f"gwrefused{code}", **settings) as gate:
        refused = post(bank, gate, GPT)
        assert refused.status == 502
        assert ("gpt-5.5-direct", "proxy") in outcomes(bank, refused)
        assert any(line["code"] == f"proxy_refused_{code}" for line in gate.lines("upstream_failed"))
    proxy.close()


def test_a_proxy_that_is_not_there(site):
    bank, _ = site
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with ExtraGate(bank, "gwnoproxy", egress_proxy=f"http://127.0.0.1:{port}") as gate:
        assert outcomes(bank, post(bank, gate, GPT))[-1] == ("gpt-5.5-direct", "proxy")
