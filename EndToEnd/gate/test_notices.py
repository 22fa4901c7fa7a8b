"""Proves what is told outside: administrative acts and alerts reach a syslog server over TLS (RFC 5425) and a webhook
over HTTPS, signed; nothing of what clients or people wrote is in them; a receiver that is gone delays nobody, gets what
it missed when it is back, and learns of what was lost."""

import datetime
import hashlib
import hmac
import http.server
import ipaddress
import json
import re
import socket
import ssl
import threading
import time
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cuts import paper
from installation import CHAT
from prompts import GPT, MINI, ask, mark
from waiting import eventually

GB = "p-gb-banker"
SECRET = "0123456789abcdef0123456789abcdef"


def certificate(folder: Path) -> tuple[Path, Path]:
    """A self-made authority's file, and a chain with its key for 127.0.0.1."""
    now = datetime.datetime.now(datetime.timezone.utc)

    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    def build(subject: str, issuer: str, key, signer, *extensions) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(name(subject))
            .issuer_name(name(issuer))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=1))
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(signer, hashes.SHA256())

    root, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
    authority = build("authority", "authority", root, root, (x509.BasicConstraints(True, None), True), (usage, True))
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    own = build("receiver", "authority", leaf, root, (address, False))
    pem = serialization.Encoding.PEM
    (folder / "authority.pem").write_bytes(authority.public_bytes(pem))
    (folder / "receiver.pem").write_bytes(
        own.public_bytes(pem)
        + leaf.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "authority.pem", folder / "receiver.pem"


def server_context(pair: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair)
    return context


class SyslogServer:
    """Takes connections one after the other and reads frames."""

    def __init__(self, context: ssl.SSLContext, port: int = 0) -> None:
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        self.context = context
        self.messages: list[str] = []
        self.connection: ssl.SSLSocket | None = None
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                plain, _ = self.listener.accept()
                self.connection = self.context.wrap_socket(plain, server_side=True)
                self._read(self.connection)
            except OSError:
                if self.listener.fileno() < 0:
                    return

    def _read(self, connection: ssl.SSLSocket) -> None:
        pending = b""
        while data := connection.recv(65536):
            pending += data
            while match := re.match(rb"([1-9][0-9]*) ", pending):
                end = match.end() + int(match[1])
                if len(pending) < end:
                    break
                self.messages.append(pending[match.end() : end].decode("ascii"))
                pending = pending[end:]

    def close(self) -> None:
        self.listener.close()
        if self.connection:
            self.connection.close()


class Webhook:
    """Takes POSTs; `status` is what it answers."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.status, self.delay, self.posts = 204, 0.0, []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                time.sleep(outer.delay)
                outer.posts.append((outer.status, self.path, dict(self.headers.items()), body))
                self.send_response(outer.status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def taken(self) -> list[dict]:
        """Bodies that were answered with a 2xx."""
        return [json.loads(body) for status, _, _, body in self.posts if status < 300]


@pytest.fixture
def receivers(tmp_path):
    authority, pair = certificate(tmp_path)
    context = server_context(pair)
    syslog, webhook = SyslogServer(context), Webhook(context)
    secret = tmp_path / "secret"
    secret.write_text(SECRET + "\n")
    secret.chmod(0o600)
    settings = {
        "PORTCULLIS_WORKERS": "1",
        "PORTCULLIS_SYSLOG": f"127.0.0.1:{syslog.port}",
        "PORTCULLIS_WEBHOOK": f"https://127.0.0.1:{webhook.port}/hooks/gate?from=portcullis",
        "PORTCULLIS_WEBHOOK_SECRET": str(secret),
        "PORTCULLIS_UPSTREAM_AUTHORITIES": str(authority),
    }
    yield syslog, webhook, settings, context
    syslog.close()
    webhook.server.shutdown()


# RFC 5424 section 6, as far as what is sent uses it.
MESSAGE = re.compile(
    r"<(108|109)>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z \S+ portcullis - ([a-z_]+) "
    r'\[portcullis@32473((?: [a-z_]+="[A-Za-z0-9._:/@+,-]*")+)\] (?:alert|act) [a-z_]+'
)


def test_acts_and_alerts_are_told(install, receivers):
    syslog, webhook, settings, _ = receivers
    bank = install(**settings).start()
    canary = mark() + "-canary"
    key = bank.mint("a-gb-banker")
    bank.api("POST", f"/api/keys/{key[4:14]}/revoke", {})
    bank.ask(key + canary, CHAT, ask(GPT, canary))
    bank.ask(GB, CHAT, ask(GPT, f"{canary} card 4798 6432 6162 2430"), ("x-note", canary))
    reason = f"a reason with {canary}"
    bank.json("cut", "--model", MINI, "--reason", reason, "--basis", paper(bank))
    bank.ask("pck_" + "x" * 40, CHAT, ask(GPT, canary))

    told = lambda: {notice["name"] for notice in webhook.taken()}
    eventually(lambda: {"key", "cut", "policy", "terms", "person"} <= told(), 20, "acts")
    eventually(lambda: len(syslog.messages) >= len(webhook.taken()) > 8, 20, "the same by syslog")
    for message in syslog.messages:
        assert MESSAGE.fullmatch(message), message
    notices = webhook.taken()
    assert len({notice["id"] for notice in notices}) == len(notices), "told twice"
    revoked = [n for n in notices if {"name": "change", "value": "revoked"} in n["subjects"]]
    assert len(revoked) == 1 and {"name": "key", "value": key[4:14]} in revoked[0]["subjects"]
    assert revoked[0]["kind"] == "act" and revoked[0]["actor"].startswith("uid:")
    # It was recorded first: the id is the record's.
    assert bank.run("explain", revoked[0]["id"], expect=None).returncode in (0, 1) and revoked[0]["id"].startswith("D-")
    for _, path, headers, body in webhook.posts:
        assert path == "/hooks/gate?from=portcullis"
        fields = {name.lower(): value for name, value in headers.items()}
        when, code = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", fields["portcullis-signature"]).groups()
        assert abs(int(when) - time.time()) < 120
        assert hmac.new(SECRET.encode(), f"{when}.".encode() + body, hashlib.sha256).hexdigest() == code
        assert fields["idempotency-key"] == json.loads(body)["id"]

    names = [name for person in bank.people.values() for name in (person.title,) if " " in name]
    secrets = [canary, key, SECRET, "4798", *names] + [person.api_key for person in bank.people.values()]
    sent = "\n".join(syslog.messages) + "\n".join(body.decode() for _, _, _, body in webhook.posts)
    assert [secret for secret in secrets if secret in sent] == []
    figures = httpx2.get(bank.demo["console_url"] + "/metrics").text
    assert 'portcullis_notices_total{node="console",sink="syslog",outcome="lost"} 0' in figures


def test_a_receiver_that_is_gone_delays_nobody(install, receivers):
    syslog, webhook, settings, context = receivers
    bank = install(**settings).start()
    eventually(lambda: webhook.taken() and syslog.messages, 20)
    port = syslog.port
    syslog.close()
    webhook.status, webhook.delay = 503, 1.0
    took = []
    for _ in range(10):
        began = time.monotonic()
        bank.mint("a-gb-banker", accept=False)
        took.append(time.monotonic() - began)
    assert sorted(took)[5] < 0.5, took
    assert bank.ask(GB, CHAT, ask(GPT, "hello")).status == 200
    began = {json.loads(body)["id"] for _, _, _, body in webhook.posts}
    webhook.status, webhook.delay = 204, 0.0
    again = SyslogServer(context, port)
    created = lambda notices: [n for n in notices if {"name": "change", "value": "created"} in n["subjects"]]
    try:
        eventually(lambda: len(created(webhook.taken())) >= 10, 60, "what the webhook missed")
        # What was written into a connection that was closing may be gone; the rest comes.
        eventually(lambda: sum('change="created"' in message for message in again.messages) >= 8, 60, "syslog")
    finally:
        again.close()
    ids = [notice["id"] for notice in webhook.taken()]
    assert len(set(ids)) == len(ids) and began


@pytest.mark.parametrize(
    "name, value, words",
    [
        ("PORTCULLIS_SYSLOG", "syslog", "HOST:PORT"),
        ("PORTCULLIS_WEBHOOK", "http://example.com/x", "loopback"),
        ("PORTCULLIS_WEBHOOK", "ftp://example.com/x", "https://"),
        ("PORTCULLIS_WEBHOOK", "https://example.com/x", "webhook_secret"),
    ],
)
def test_bad_settings_stop_the_start(install, name, value, words):
    bank = install(**{name: value})
    process = bank.launch()
    assert process.wait(30) != 0
    said = (bank.parent / "stderr").read_text()
    assert words in said and len(said.strip().splitlines()) == 1, said
