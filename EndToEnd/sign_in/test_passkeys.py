"""Passkeys of a real browser with a virtual authenticator: registration, sign-in, and a signature over an act."""

from __future__ import annotations

import hashlib
import http.server
import threading

import pytest
from playwright.sync_api import sync_playwright

from sign_in_desk import SignInDesk

CREATE = """async ([challenge, algorithm]) => {
    const made = await navigator.credentials.create({publicKey: {
        rp: {id: "localhost", name: "Portcullis"}, attestation: "none", challenge: bytes(challenge),
        user: {id: new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]), name: "alice", displayName: "Alice"},
        pubKeyCredParams: [{type: "public-key", alg: algorithm}],
        authenticatorSelection: {residentKey: "required", userVerification: "required"}}});
    return {clientData: text(made.response.clientDataJSON), attestation: text(made.response.attestationObject)};
}"""
GET = """async ([challenge, verification]) => {
    const got = await navigator.credentials.get({publicKey: {
        rpId: "localhost", challenge: bytes(challenge), userVerification: verification}});
    return {id: text(got.rawId), clientData: text(got.response.clientDataJSON),
        authenticatorData: text(got.response.authenticatorData), signature: text(got.response.signature),
        userHandle: text(got.response.userHandle)};
}"""
PAGE = b"""<!doctype html><title>sign in</title><script>
    const text = data => btoa(String.fromCharCode(...new Uint8Array(data)))
        .replace(/\\+/g, "-").replace(/\\//g, "_").replace(/=+$/, "");
    const bytes = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), c => c.charCodeAt(0));
</script>"""
ALGORITHMS = {"ES256": -7, "EdDSA": -8, "RS256": -257}


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def origin():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        # The sandbox of Chromium does not start as root; nothing but the page above is loaded.
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, origin):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(origin)
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    page.authenticator = devices.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True}})["authenticatorId"]
    page.devices = devices
    yield page
    context.close()


@pytest.fixture
def desk(origin):
    with SignInDesk("http://127.0.0.1:9", origin=origin) as running:
        yield running


def register(desk, page, algorithm="ES256"):
    begun = desk.ask("begin", register=True)
    made = page.evaluate(CREATE, [begun["challenge"], ALGORITHMS[algorithm]])
    return desk.ask("register", ticket=begun["ticket"], **made)


def assertion(desk, page, act=None, verification="required"):
    begun = desk.ask("begin", **({"act": act} if act else {}))
    return begun["ticket"], page.evaluate(GET, [begun["challenge"], verification])


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_passkey_signs_in(desk, page, algorithm):
    assert register(desk, page, algorithm)["algorithm"] == algorithm
    ticket, given = assertion(desk, page)
    assert int(desk.ask("assert", ticket=ticket, **given)["counter"]) > 0
    assert "used before" in desk.ask("assert", ticket=ticket, **given)["error"]


def test_an_act_is_signed_over_its_content(desk, page):
    register(desk, page)
    act, other = (hashlib.sha256(name).hexdigest() for name in (b"reopen cut 1", b"reopen cut 2"))
    ticket, given = assertion(desk, page, act)
    assert "challenge" in desk.ask("assert", ticket=ticket, act=other, **given)["error"]
    ticket, given = assertion(desk, page, act)
    assert "challenge" in desk.ask("assert", ticket=ticket, **given)["error"], "no sign-in, either"
    ticket, given = assertion(desk, page, act)
    assert "counter" in desk.ask("assert", ticket=ticket, act=act, **given)


def test_a_registration_answers_its_own_challenge(desk, page):
    first, second = desk.ask("begin", register=True), desk.ask("begin", register=True)
    made = page.evaluate(CREATE, [first["challenge"], -7])
    assert "challenge" in desk.ask("register", ticket=second["ticket"], **made)["error"]
    assert "error" in desk.ask("register", ticket=desk.ask("begin")["ticket"], **made), "a ticket for signing in"


def test_another_origin_is_refused(page):
    with SignInDesk("http://127.0.0.1:9", origin="http://localhost:1") as desk:
        assert "origin" in register(desk, page)["error"]


def test_an_unlocked_device_alone_is_not_enough(desk, page):
    """Somebody else at an unlocked machine: the authenticator saw a finger and no PIN."""
    register(desk, page)
    page.devices.send("WebAuthn.setUserVerified", {"authenticatorId": page.authenticator, "isUserVerified": False})
    ticket, given = assertion(desk, page, verification="discouraged")
    assert "did not verify the person" in desk.ask("assert", ticket=ticket, **given)["error"]
