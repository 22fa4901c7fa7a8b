"""Proves that nothing calls home: in a network that is loopback alone the demonstration does all that it does, and a
system-call trace of each of its processes shows no connection, look-up or program that bundle and settings do not name.
A bundle that names a host makes that look-up and no other."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Iterator
from urllib.parse import urlsplit

import anthropic
import pytest

from bundles import deployment, variant
from contacts import LOOK_UP, Contact, Reach, Trace, contacts
from cuts import order, reopen
from installation import BINARY, CHAT, MESSAGES, ROOT, VERIFY, Installation
from loopback import loopback_only
from prompts import CLAUDE, DEEPSEEK, GPT, ask, user

GB, HK = "p-gb-banker", "p-hk-banker"
HOST, ADDRESS, RESOLVER = "vendor.example", "127.0.0.77", "127.0.0.53"


def reach(bank: Installation, *more: str, **names) -> Reach:
    named = [bank.base_url, bank.demo["console_url"], *(vendor.url for vendor in bank.vendors.values())]
    addresses = {f"{urlsplit(url).hostname} {urlsplit(url).port}" for url in named}
    return Reach(bank.parent, (BINARY, VERIFY), frozenset(addresses | set(more)), **names)


def traced(bank: Installation, trace: Trace, *command: object) -> str:
    done = subprocess.run([*trace.wrapper, *command], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def a_day(bank: Installation, trace: Trace) -> None:
    """What people, programs and officers do with it."""
    chat = bank.openai(HK).chat.completions.create(model=GPT, messages=user("hello"), max_tokens=5)
    assert chat.usage.completion_tokens == 5
    with bank.anthropic(GB).messages.stream(model=CLAUDE, messages=user("hello"), max_tokens=20) as stream:
        assert len("".join(stream.text_stream).split()) == 20
    assert bank.openai(GB).models.list().data and bank.get("/metrics").status == 200
    with pytest.raises(anthropic.PermissionDeniedError):
        bank.anthropic(HK).messages.create(model=CLAUDE, messages=user("hello"), max_tokens=5)
    reader = bank.stream(GB, MESSAGES, ask(CLAUDE, "hello", tokens=3000, stream=True))
    reader.read_until(b"tok5")
    receipt = order(bank, vendor="anthropic")
    assert b"event: error" in reader.rest() and reader.end == "closed"
    # Work goes on with another.
    assert bank.ask(GB, CHAT, ask("best", "hello")).status == 200
    bank.run("receipt", receipt["cut"])
    reopen(bank, receipt["cut"])
    bank.run("cuts")
    for words in ("explain {}", "explain {} --replay", "ledger show {}"):
        bank.run(*words.format(reader.reference).split())
    for words in ("status", "alerts", "people list", "keys list", "models list", "terms show", "bundle show"):
        bank.run(*words.split())
    bank.run("keys", "create", "--account", "a-gb-banker", "--use-case", "general")
    bank.activate(ROOT / "examples" / "bank")
    bank.run("bundle", "check", ROOT / "examples" / "bank")
    passphrase = bank.parent / "passphrase"
    passphrase.touch(mode=0o600)
    passphrase.write_text("a passphrase that nobody would guess\n")
    backup = bank.parent / "backup"
    bank.run("backup", "--to", backup, "--passphrase-file", passphrase)
    bank.run("restore", "--from", backup, "--data", bank.parent / "restored", "--passphrase-file", passphrase)
    traced(bank, trace, VERIFY, bank.data)


def test_the_demonstration_reaches_nothing_but_itself(install, tmp_path):
    trace = Trace(tmp_path / "trace")
    bank = install()
    bank.wrapper = trace.wrapper
    with loopback_only():
        bank.start()
        a_day(bank, trace)
        mine = reach(bank)
        roles = 2 + len(bank.pids["gateways"]) + len(bank.pids["simulators"])
        assert bank.stop() == 0
    found = trace.contacts()
    assert mine.breaches(found) == []
    # The trace saw them: every program, the calls on vendors, those on the sockets.
    programs = [Path(contact.what).resolve() for contact in found if contact.kind == "program"]
    assert programs.count(BINARY.resolve()) >= roles + 15 and programs.count(VERIFY.resolve()) == 1
    reached = {contact.what for contact in found if contact.kind == "address"}
    assert {vendor.url.removeprefix("http://").replace(":", " ") for vendor in bank.vendors.values()} <= reached
    assert str(bank.data / "portcullis.sock") in {contact.what for contact in found if contact.kind == "socket"}


class Names(threading.Thread):
    """A resolver (RFC 1035) that knows one name and keeps what it is asked."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.asked: list[tuple[str, int]] = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((RESOLVER, 53))
        self.start()

    def run(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                query, sender = self.socket.recvfrom(512)
                self.socket.sendto(self.answer(query), sender)

    def answer(self, query: bytes) -> bytes:
        end = query.index(b"\0", 12) + 5
        labels, position = [], 12
        while size := query[position]:
            labels.append(query[position + 1 : position + 1 + size].decode())
            position += 1 + size
        (kind,) = struct.unpack_from(">H", query, end - 4)
        self.asked.append((".".join(labels), kind))
        known = labels == HOST.split(".")
        record = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + socket.inet_aton(ADDRESS)
        answers = record if known and kind == 1 else b""
        flags = 0x8180 if known else 0x8183
        return query[:2] + struct.pack(">HHHHH", flags, 1, bool(answers), 0, 0) + query[12:end] + answers


class Model(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        choice = {"index": 0, "message": {"role": "assistant", "content": "Yes"}, "finish_reason": "stop"}
        body = json.dumps({"id": "1", "object": "chat.completion", "model": "m", "created": 1, "choices": [choice]})
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def vendor() -> Iterator[int]:
    """The port at which `vendor.example` answers."""
    server = HTTPServer((ADDRESS, 0), Model)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def test_a_named_host_is_looked_up_and_no_other(install, tmp_path):
    """The control: what the trace must show when there is something to show."""
    configuration = tmp_path / "resolv.conf"
    configuration.write_text(f"nameserver {RESOLVER}\n")
    switch = tmp_path / "nsswitch.conf"
    switch.write_text("hosts: files dns\n")
    trace = Trace(tmp_path / "trace")
    bank = install()
    bank.wrapper = trace.wrapper
    with loopback_only({"/etc/resolv.conf": configuration, "/etc/nsswitch.conf": switch}), vendor() as port:
        names = Names()
        bank.start()
        before = mine = reach(bank, f"{ADDRESS} {port}")
        endpoint = deployment("deepseek-v4-pro-inside", endpoint=f"http://{HOST}:{port}/v1")
        bank.activate(variant(tmp_path / "bank", ("deployments.yaml", endpoint)))
        # A name in a bundle is looked up when somebody asks for what is there, and not before.
        assert mine.breaches(trace.contacts()) == [] and names.asked == []
        answer = bank.openai(GB).chat.completions.create(model=DEEPSEEK, messages=user("hello"))
        assert answer.choices[0].message.content == "Yes"
        assert bank.stop() == 0
        names.socket.close()
    found = trace.contacts()
    mine = reach(bank, f"{ADDRESS} {port}", names=frozenset({HOST}), resolver=RESOLVER)
    assert mine.breaches(found) == []
    assert {name for name, _ in names.asked} == {HOST}
    # And seen by a reader who does not expect it.
    seen = before.breaches(found)
    assert {contact.what for contact in seen if contact.kind == "query"} == {HOST}
    assert {contact.what for contact in seen if contact.kind == "address"} == {f"{RESOLVER} 53"}
    assert "/etc/resolv.conf" in {contact.what for contact in seen if contact.kind == "file"}
    assert all(LOOK_UP.fullmatch(contact.what) for contact in seen if contact.kind == "file")


PLANTED = {
    "address 192.0.2.1 443": 'connect(7, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.1")}, 16)'
    " = -1 EINPROGRESS (Operation now in progress)",
    "address 2001:db8::1 443": "connect(7, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), "
    'inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}, 28) = 0',
    # A service of this machine that nobody named.
    "address 127.0.0.1 11434": 'connect(7, {sa_family=AF_INET, sin_port=htons(11434), sin_addr=inet_addr("127.0.0.1")},'
    " 16) = 0",
    "address 192.0.2.53 53": 'sendto(5, "\\0\\1", 2, 0, {sa_family=AF_INET, sin_port=htons(53), '
    'sin_addr=inet_addr("192.0.2.53")}, 16) = 2',
    "address 192.0.2.9 514": "sendmsg(5, {msg_name={sa_family=AF_INET, sin_port=htons(514), sin_addr=inet_addr("
    '"192.0.2.9")}, msg_namelen=16, msg_iov=[{iov_base="x", iov_len=1}], msg_iovlen=1, msg_flags=0}, 0) = 1',
    "query telemetry.example": 'sendmmsg(5, [{msg_hdr={msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base="'
    '\\217\\273\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0\\ttelemetry\\7example\\0\\0\\1\\0\\1", iov_len=35}], msg_iovlen=1, '
    "msg_controllen=0, msg_flags=0}, msg_len=35}], 1, MSG_NOSIGNAL) = 1",
    "bound 0.0.0.0 8080": 'bind(5, {sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr("0.0.0.0")}, 16) = 0',
    "socket /var/run/nscd/socket": 'connect(5, {sa_family=AF_UNIX, sun_path="/var/run/nscd/socket"}, 110) = -1 ENOENT'
    " (No such file or directory)",
    "socket @/tmp/dbus": 'connect(5, {sa_family=AF_UNIX, sun_path=@"/tmp/dbus"}, 20) = 0',
    "socket /data/../run/dbus.sock": 'connect(5, {sa_family=AF_UNIX, sun_path="/data/../run/dbus.sock"}, 110) = 0',
    "family AF_NETLINK": "socket(AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_ROUTE) = 5",
    "file /etc/resolv.conf": 'openat(AT_FDCWD, "/etc/resolv.conf", O_RDONLY|O_CLOEXEC) = 5',
    "file /lib/x86_64-linux-gnu/libnss_dns.so.2": 'openat(AT_FDCWD, "/lib/x86_64-linux-gnu/libnss_dns.so.2", '
    "O_RDONLY|O_CLOEXEC) = -1 ENOENT (No such file or directory)",
    "program /usr/bin/curl": 'execve("/usr/bin/curl", ["curl", "https://telemetry.example"], 0x7ffe /* 9 vars */) = 0',
    "hidden io_uring_setup": "io_uring_setup(64, {flags=0}) = 5",
}
OWN = [
    'connect(7, {sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
    'bind(7, {sa_family=AF_INET6, sin6_port=htons(0), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr),'
    " sin6_scope_id=0}, 28) = 0",
    'connect(7, {sa_family=AF_UNIX, sun_path="/data/portcullis.sock"}, 110) = 0',
    'sendto(7, "POST /v1/chat/completions HTTP/1.1\\r\\n"..., 512, MSG_NOSIGNAL, NULL, 0) = 512',
    'openat(AT_FDCWD, "/etc/ld.so.cache", O_RDONLY|O_CLOEXEC) = 3',
    'execve("/bin/portcullis", ["portcullis", "gateway"], 0x7ffe /* 9 vars */) = 0',
    "socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, 0) = 7",
    "+++ exited with 0 +++",
]
SMALL = Reach(Path("/data"), (Path("/bin/portcullis"),), frozenset({"127.0.0.1 8080"}))


@pytest.mark.parametrize("what", PLANTED)
def test_the_judge_sees(what):
    (breach,) = SMALL.breaches(list(contacts(iter([*OWN[:4], PLANTED[what], *OWN[4:]]))))
    assert f"{breach.kind} {breach.what}" == what and breach.line == PLANTED[what]


def test_the_judge_lets_pass():
    found = list(contacts(iter(OWN)))
    assert len(found) == 6 and SMALL.breaches(found) == []


def test_the_tracer_sees(tmp_path):
    """A real program that calls out, through the tracer and in the network of the test."""
    trace = Trace(tmp_path / "trace")
    # From a thread of a child, with an address and a name.
    program = (
        "import os, socket, threading\n"
        "def call():\n"
        "    try: socket.create_connection(('192.0.2.1', 443), 1)\n"
        "    except OSError: pass\n"
        "    try: socket.create_connection(('telemetry.example', 443), 1)\n"
        "    except OSError: pass\n"
        "child = os.fork()\n"
        "if child: os.waitpid(child, 0)\n"
        "else:\n"
        "    thread = threading.Thread(target=call); thread.start(); thread.join(); os._exit(0)\n"
    )
    configuration = tmp_path / "resolv.conf"
    configuration.write_text("nameserver 192.0.2.53\n")
    with loopback_only({"/etc/resolv.conf": configuration}):
        subprocess.run([*trace.wrapper, sys.executable, "-c", program], check=True, timeout=60)
    seen = {(contact.kind, contact.what) for contact in Reach(tmp_path, ()).breaches(trace.contacts())}
    assert {("address", "192.0.2.1 443"), ("address", "192.0.2.53 53"), ("file", "/etc/resolv.conf")} <= seen
