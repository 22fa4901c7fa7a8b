"""Sign-in at a real identity provider that enforces PKCE: who comes back, once, and in the browser that left."""

from __future__ import annotations

import http.server
import json
import threading
import urllib.parse

import pytest

from sign_in_desk import SignInDesk


REDIRECT = "http://localhost:9/callback"


# A client for each test: canaille 0.3.6 gives one person two equal access tokens when they sign in to one client twice
# within a second, and then fails over its own unique index.
@pytest.fixture
def desk(provider):
    client, _ = provider.client(REDIRECT, "none")
    with SignInDesk(provider.url, client) as running:
        yield running


def leave(desk, provider, change=lambda fields: None):
    """Departs, and goes through the provider's pages; `change` alters what the browser asks for."""
    departure = desk.ask("depart")
    place, _, query = departure["url"].partition("?")
    assert place == provider.metadata["authorization_endpoint"]
    fields = dict(urllib.parse.parse_qsl(query))
    change(fields)
    return departure["ticket"], provider.sign_in(place + "?" + urllib.parse.urlencode(fields), desk.redirect)


@pytest.mark.parametrize("method", ["none", "client_secret_basic"])
def test_a_person_comes_back(provider, method):
    client, secret = provider.client(REDIRECT, method)
    assert (secret is None) == (method == "none")
    with SignInDesk(provider.url, client, secret=secret) as desk:
        ticket, query = leave(desk, provider)
        answer = desk.ask("arrive", query=query, ticket=ticket)
        assert answer == {"issuer": provider.url, "subject": "alice"}


def test_a_callback_counts_once(desk, provider):
    ticket, query = leave(desk, provider)
    assert desk.ask("arrive", query=query, ticket=ticket)["subject"] == "alice"
    assert "used before" in desk.ask("arrive", query=query, ticket=ticket)["error"]
    # The code in a new attempt of the same browser: not its state.
    other = desk.ask("depart")["ticket"]
    assert "state does not belong" in desk.ask("arrive", query=query, ticket=other)["error"]


def test_a_callback_in_another_browser_is_nobodys(desk, provider):
    ticket, query = leave(desk, provider)
    assert "state does not belong" in desk.ask("arrive", query=query)["error"]
    assert desk.ask("arrive", query=query, ticket=ticket)["subject"] == "alice"


def test_a_stolen_code_is_worth_nothing(desk, provider):
    """The thief has code and state, and an attempt of their own: the provider sees another verifier."""
    _, query = leave(desk, provider)
    code = dict(urllib.parse.parse_qsl(query))["code"]
    departure = desk.ask("depart")
    state = dict(urllib.parse.parse_qsl(departure["url"].partition("?")[2]))["state"]
    own = urllib.parse.urlencode({"code": code, "state": state, "iss": provider.url})
    assert "invalid_grant" in desk.ask("arrive", query=own, ticket=departure["ticket"])["error"]


def test_another_nonce_is_refused(desk, provider):
    ticket, query = leave(desk, provider, lambda fields: fields.update(nonce="planted"))
    assert "nonce" in desk.ask("arrive", query=query, ticket=ticket)["error"]


@pytest.mark.parametrize("issuer, word", [("https://evil.example", "iss"), (None, "iss")])
def test_the_answer_names_its_issuer(desk, provider, issuer, word):
    ticket, query = leave(desk, provider)
    fields = {name: value for name, value in urllib.parse.parse_qsl(query) if name != "iss"}
    assert fields.keys() == {"code", "state"}, "the provider sends iss (RFC 9207)"
    if issuer:
        fields["iss"] = issuer
    assert word in desk.ask("arrive", query=urllib.parse.urlencode(fields), ticket=ticket)["error"]


def test_the_wrong_secret_is_told(provider):
    client, _ = provider.client(REDIRECT, "client_secret_basic")
    with SignInDesk(provider.url, client, secret="another") as desk:
        ticket, query = leave(desk, provider)
        assert "invalid_client" in desk.ask("arrive", query=query, ticket=ticket)["error"]


def test_another_issuers_metadata_are_not_believed(provider):
    """A server that shows the metadata of the real provider, or sends the asker there, is not that provider."""
    class Mirror(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps(provider.metadata).encode()
            self.send_response(self.server.status)
            self.send_header("location", provider.url + "/.well-known/openid-configuration")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    for status, word in [(200, "iss is not the issuer"), (302, "status 302")]:
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mirror) as mirror:
            mirror.status = status
            threading.Thread(target=mirror.serve_forever, daemon=True).start()
            with SignInDesk(f"http://127.0.0.1:{mirror.server_address[1]}") as desk:
                assert word in desk.ask("depart")["error"]
            mirror.shutdown()


def test_a_provider_that_is_not_there():
    with SignInDesk("http://127.0.0.1:9") as desk:
        assert "cannot be reached" in desk.ask("depart")["error"]
        assert "a moment ago" in desk.ask("depart")["error"]
