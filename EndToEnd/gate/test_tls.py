"""Proves TLS at both ends of the running gate: the vendors' own clients over https with a private authority and their
certificates, sessions resumed on another node, certificates replaced under open streams, models behind nginx with
mutual TLS, faults told apart in the record, and a cut that no client can take for a clean end."""

import shutil
import socket
import ssl
import subprocess

import httpx2
import openai
import pytest

import wire
from bundles import deployment, variant
from certificates import Authority
from cuts import order, reopen
from extra_gate import ExtraGate, append, refused_start
from installation import CHAT, MESSAGES
from prompts import CLAUDE, GPT, MINI, ask, mark, user
from waiting import eventually

GB = "p-gb-banker"
STREAMS = 1_000


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def gate(demo, authority):
    pair = authority.issue("gate.example", "gate.example", "localhost", "127.0.0.1")
    with ExtraGate(demo, "gwtls", tls_certificate=pair.certificate, tls_key=pair.key) as gate:
        yield gate


def context(authority, pair=None) -> ssl.SSLContext:
    made = ssl.create_default_context(cafile=authority.file)
    if pair:
        made.load_cert_chain(pair.certificate, pair.key)
    return made


def s_client(port: int, authority, *options: str) -> str:
    request = "GET /healthz HTTP/1.1\r\nHost: gate\r\nConnection: close\r\n\r\n"
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-CAfile", authority.file, "-ign_eof", *options]
    done = subprocess.run(command, input=request, capture_output=True, text=True, timeout=20)
    return done.stdout + done.stderr


def test_the_vendors_clients_over_https(demo, gate, authority):
    trusting = lambda: httpx2.HTTPTransport(verify=context(authority))
    base = f"https://localhost:{gate.port}"
    client = demo.openai(GB, transport=trusting()).with_options(base_url=base + "/v1")
    whole = client.chat.completions.create(model=GPT, messages=user(mark()), max_tokens=8)
    assert whole.choices[0].message.content
    chunks = list(client.chat.completions.create(model=GPT, messages=user(mark()), max_tokens=8, stream=True))
    assert chunks[-1].choices[0].finish_reason
    claude = demo.anthropic(GB, transport=trusting()).with_options(base_url=base)
    with claude.messages.stream(model=CLAUDE, max_tokens=8, messages=user(mark())) as stream:
        assert stream.get_final_message().content[0].text
    with pytest.raises(openai.APIConnectionError):
        demo.openai(GB, max_retries=0).with_options(base_url=base + "/v1").models.list()


def test_clients_show_certificates(demo, authority, tmp_path):
    pair, person = authority.issue("mutual.example", "localhost"), authority.issue("person.example")
    intruder = Authority(tmp_path, "other").issue("intruder.example")
    settings = {
        "tls_certificate": pair.certificate,
        "tls_key": pair.key,
        "tls_client_authorities": authority.file,
        "tls_client_certificates": "required",
    }
    with ExtraGate(demo, "gwmutual", **settings) as gate:
        for shown, is_let_in in ((person, True), (None, False), (intruder, False)):
            transport = httpx2.HTTPTransport(verify=context(authority, shown))
            client = demo.openai(GB, transport=transport, max_retries=0)
            client = client.with_options(base_url=f"https://localhost:{gate.port}/v1")
            if is_let_in:
                assert client.chat.completions.create(model=GPT, messages=user(mark()), max_tokens=8).choices
            else:
                with pytest.raises(openai.APIConnectionError):
                    client.models.list()
        failures = eventually(lambda: len(lines := gate.lines("arrival_failed")) == 2 and lines)
        assert [line["reason"] for line in failures] == ["client_certificate_missing", "unknown_issuer"]


def test_versions_and_sessions(demo, gate, authority, tmp_path):
    settings = {"tls_certificate": authority.folder / "gate.example.pem", "tls_key": authority.folder / "gate.example.key"}
    with ExtraGate(demo, "gwother", **settings) as other:
        for version in ("-tls1_2", "-tls1_3"):
            session = tmp_path / f"session{version}"
            assert "\nNew, TLS" in s_client(gate.port, authority, version, "-sess_out", session)
            assert "\nReused, TLS" in s_client(other.port, authority, version, "-sess_in", session)
    assert "HTTP/1.1 200" not in s_client(gate.port, authority, "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0")
    with socket.create_connection(("127.0.0.1", gate.port)) as plain:
        plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: gate\r\n\r\n")
        assert plain.recv(4096).startswith(b"HTTP/1.1 400 ")
    transport = httpx2.HTTPTransport(verify=context(authority))
    with httpx2.Client(transport=transport) as client:
        figures = client.get(f"https://localhost:{gate.port}/metrics").text
    assert 'portcullis_arrivals_failed_total{reason="not_tls"' in figures.replace(f'node="gwtls",', "")
    assert "portcullis_certificate_not_after_seconds" in figures


def test_certificates_are_replaced_under_open_streams(demo, authority, tmp_path):
    own = Authority(tmp_path, "own")
    pair = own.issue("first", "localhost")
    shutil.copy(pair.certificate, tmp_path / "chain.pem")
    shutil.copy(pair.key, tmp_path / "chain.key")
    with ExtraGate(demo, "gwreload", tls_certificate=tmp_path / "chain.pem", tls_key=tmp_path / "chain.key") as gate:
        transport = httpx2.HTTPTransport(verify=context(own))
        client = demo.openai(GB, transport=transport).with_options(base_url=f"https://localhost:{gate.port}/v1")
        stream = client.chat.completions.create(model=GPT, messages=user(mark()), max_tokens=400, stream=True)
        received = [next(stream)]
        second = own.issue("second", "localhost")
        shutil.copy(second.certificate, tmp_path / "chain.pem")
        (problem,) = eventually(lambda: gate.lines("certificates_not_used"), 15)
        assert "chain.key: holds the key of another certificate" in problem["problem"]
        assert "subject=CN = first" in s_client(gate.port, own)
        shutil.copy(second.key, tmp_path / "chain.key")
        eventually(lambda: gate.lines("certificates_read"), 15)
        assert "subject=CN = second" in s_client(gate.port, own)
        received += list(stream)
        assert received[-1].choices[0].finish_reason and len(received) > 100


@pytest.mark.parametrize(
    "change, message",
    [
        ({"tls_key": "gate.example.pem"}, "may be read by others"),
        ({"tls_key": ""}, "tls_certificate and tls_key belong together"),
        ({"tls_certificate": "missing.pem"}, "missing.pem"),
        ({"tls_client_certificates": "required"}, "tls_client_authorities is missing"),
        ({"tls_client_certificates": "sometimes"}, "expected one of none, optional, required"),
        ({"proxy_protocol_from": "10.0.0.1/8"}, "expected networks such as"),
        ({"egress_proxy": "proxy.example:3128"}, "expected http://HOST:PORT or https://HOST:PORT"),
    ],
)
def test_a_bad_setting_stops_the_start(demo, gate, authority, change, message):
    settings = {"tls_certificate": "gate.example.pem", "tls_key": "gate.example.key"} | change
    for name in ("tls_certificate", "tls_key"):
        if settings[name]:
            settings[name] = authority.folder / settings[name]
    assert message in refused_start(demo, **settings)


@pytest.mark.parametrize("listen, hosts", [("[::1]:0", ["[::1]"]), ("[::]:0", ["[::1]", "127.0.0.1"])])
def test_both_families_are_served(demo, authority, listen, hosts):
    pair = authority.issue("six.example", "::1", "127.0.0.1")
    with ExtraGate(demo, "gwsix", listen, tls_certificate=pair.certificate, tls_key=pair.key) as gate:
        for host in hosts:
            with httpx2.Client(transport=httpx2.HTTPTransport(verify=context(authority))) as client:
                answer = client.post(
                    f"https://{host}:{gate.port}{CHAT}",
                    json=ask(GPT, mark()),
                    headers={"authorization": f"Bearer {demo.key(GB)}"},
                )
            assert answer.status_code == 200 and answer.headers["portcullis-ref"]


# --- Models behind TLS


class Nginx:
    """nginx with TLS, asking for certificates, in front of a simulated vendor."""

    def __init__(self, folder, upstream: str, pair, authority) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        folder.mkdir()
        (folder / "nginx.conf").write_text(
            f"""daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
            events {{}}
            http {{
              access_log {folder}/access.log; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
              fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
              log_format seen '$ssl_protocol $ssl_session_reused $ssl_client_verify $status';
              server {{
                listen 127.0.0.1:{self.port} ssl; access_log {folder}/seen.log seen;
                ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate {pair.certificate}; ssl_certificate_key {pair.key};
                ssl_client_certificate {authority.file}; ssl_verify_client on; ssl_session_cache builtin:100;
                location / {{ proxy_pass {upstream}; proxy_buffering off; proxy_http_version 1.1; }}
              }}
            }}"""
        )
        self.folder = folder
        self.process = subprocess.Popen(["nginx", "-p", folder, "-c", folder / "nginx.conf"], stderr=subprocess.DEVNULL)
        eventually(self._answers, 10, "nginx")

    def _answers(self) -> bool:
        assert self.process.poll() is None, (self.folder / "error.log").read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    @property
    def seen(self) -> list[str]:
        return (self.folder / "seen.log").read_text().splitlines()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


def outcomes(bank, answer) -> list[tuple[str, str]]:
    return [(hop["deployment"], hop["outcome"]) for hop in bank.story(answer).all("HOP") if hop["outcome"] != "denied"]


def test_models_behind_mutual_tls(install, authority, tmp_path):
    bank = install().start()
    pair, ours = authority.issue("models.example", "localhost"), authority.issue("ours.example")
    nginx = Nginx(tmp_path / "nginx", bank.vendors["openai"].url, pair, authority)
    stranger = Authority(tmp_path, "other")
    bundle = variant(
        tmp_path / "bank",
        ("deployments.yaml", deployment("gpt-5.5-direct", endpoint=f"https://localhost:{nginx.port}/v1")),
        ("deployments.yaml", deployment("gpt-5.5-foundry-eu", endpoint="http://127.0.0.1:9")),
        ("deployments.yaml", deployment("gpt-5.5-mini-direct", endpoint=f"https://127.0.0.1:{nginx.port}/v1")),
        ("deployments.yaml", deployment("gpt-5.5-mini-foundry-eu", endpoint="http://127.0.0.1:9")),
    )
    bank.activate(bundle)
    append(
        bank,
        f"upstream_tls:\n"
        f"  - {{deployment: gpt-5.5-direct, certificate: {ours.certificate}, key: {ours.key}}}\n",
    )
    try:
        with ExtraGate(bank, "gwup", upstream_authorities=authority.file) as gate:
            base = f"http://127.0.0.1:{gate.port}"
            post = lambda model, **more: wire.ask(base, CHAT, *bank._request(GB, CHAT, ask(model, mark(), **more), ()))
            answer = post(GPT)
            assert answer.status == 200 and answer.header("portcullis-served-by") == "gpt-5.5-direct"
            assert b"[DONE]" in post(GPT, stream=True).body
            assert nginx.seen[0] == "TLSv1.3 . SUCCESS 200"
            # The name is the endpoint's, and this certificate has no address.
            refused = post(MINI)
            assert refused.status == 502, refused
            assert ("gpt-5.5-mini-direct", "tls") in outcomes(bank, refused)
            (line,) = gate.lines("upstream_failed")
            assert line["code"] == "tls_name_mismatch" and "127.0.0.1" in line["remedy"]
        with ExtraGate(bank, "gwstranger", upstream_authorities=stranger.file) as gate:
            refused = wire.ask(
                f"http://127.0.0.1:{gate.port}", CHAT, *bank._request(GB, CHAT, ask(GPT, mark()), ())
            )
            assert refused.status == 502
            assert outcomes(bank, refused)[-1] == ("gpt-5.5-direct", "tls")
            assert gate.lines("upstream_failed")[0]["code"] == "tls_unknown_issuer"
    finally:
        nginx.stop()


# --- A cut


def test_a_thousand_streams_cut(install, authority):
    bank = install().start()
    pair = authority.issue("cut.example", "localhost")
    trusting = context(authority)
    text = mark()
    # A thousand handshakes in a row keep two cores busy for longer than a lease.
    settings = {"tls_certificate": pair.certificate, "tls_key": pair.key, "lease_milliseconds": 10_000}
    with ExtraGate(bank, "gwcut", **settings) as gate:
        streams = []
        for _ in range(STREAMS):
            raw = socket.create_connection(("127.0.0.1", gate.port), timeout=60)
            stream = trusting.wrap_socket(raw, server_hostname="localhost", suppress_ragged_eofs=False)
            stream.sendall(bank.request(GB, MESSAGES, ask(CLAUDE, text, tokens=6000, stream=True)))
            streams.append(stream)
        heads = [stream.recv(4096) for stream in streams]
        assert [head for head in heads if not head.startswith(b"HTTP/1.1 200 ")] == []
        receipt = order(bank, vendor="anthropic", territory="GB")
        ends = {"notified": 0, "cut": 0}
        for stream in streams:
            body = b""
            try:
                while piece := stream.recv(1 << 16):
                    body = (body + piece)[-16_384:]
                ends["notified"] += 1
            except (ssl.SSLEOFError, ConnectionResetError):
                ends["cut"] += 1
            assert b"event: error" in body and not body.endswith(b"\r\n0\r\n\r\n")
            stream.close()
        assert ends == {"notified": 0, "cut": STREAMS}
        reopen(bank, receipt["cut"])
