"""A real identity provider (canaille) on the loopback, with one user and the clients that a test asks for."""

from __future__ import annotations

import html
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

import httpx
from joserfc.jwk import RSAKey

BIN = pathlib.Path(sys.executable).parent
PASSWORD = "correct horse battery staple"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class IdentityProvider:
    """The provider's own program, its own store, its own forms."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="canaille-"))
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.process = None

    def __enter__(self):
        key = RSAKey.generate_key(2048, auto_kid=True).as_dict(private=True)
        members = ", ".join(f"{name} = {json.dumps(value)}" for name, value in key.items())
        (self.folder / "config.toml").write_text(f"""
SECRET_KEY = "for-this-test-only"
SERVER_NAME = "localhost:{self.port}"
PREFERRED_URL_SCHEME = "http"
DEBUG = false

[CANAILLE]
DATABASE = "sql"

[CANAILLE_SQL]
DATABASE_URI = "sqlite:///{self.folder}/store.sqlite"

[CANAILLE_OIDC]
ENABLE_OIDC = true
DYNAMIC_CLIENT_REGISTRATION_OPEN = true
ACTIVE_JWKS = [{{ {members} }}]
""")
        self.run("install")
        self.run("create", "user", "--user-name", "alice", "--password", PASSWORD, "--family-name", "Liddell",
                 "--given-name", "Alice", "--emails", "alice@example.com", "--formatted-name", "Alice Liddell")
        log = open(self.folder / "log", "w")
        self.process = subprocess.Popen(
            [BIN / "canaille", "run", "--bind", f"127.0.0.1:{self.port}"], env=self.environment, cwd=self.folder,
            stdout=log, stderr=log)
        end = time.monotonic() + 60
        while True:
            try:
                self.metadata = httpx.get(self.url + "/.well-known/openid-configuration").raise_for_status().json()
                return self
            except httpx.HTTPError:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text()[-3000:])
                time.sleep(0.1)

    def __exit__(self, *_):
        if self.process:
            self.process.terminate()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def environment(self):
        return dict(os.environ, CANAILLE_CONFIG=str(self.folder / "config.toml"), AUTHLIB_INSECURE_TRANSPORT="1")

    def run(self, *words):
        done = subprocess.run([BIN / "canaille", *words], env=self.environment, cwd=self.folder, capture_output=True,
                              text=True)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def client(self, redirect: str, method: str) -> tuple[str, str | None]:
        """Registers a client as RFC 7591 has it: its id, and its secret where it has one."""
        answer = httpx.post(self.metadata["registration_endpoint"], timeout=60, json={
            "client_name": "gate", "client_uri": "http://localhost:9", "redirect_uris": [redirect], "scope": "openid",
            "grant_types": ["authorization_code"], "response_types": ["code"], "token_endpoint_auth_method": method,
            "id_token_signed_response_alg": "RS256"})
        assert answer.status_code == 201, answer.text
        made = answer.json()
        return made["client_id"], made.get("client_secret") if method != "none" else None

    def sign_in(self, url: str, redirect: str) -> str:
        """Goes through the provider's pages as a person would, and returns the query that the browser comes back with."""
        with httpx.Client(follow_redirects=False, timeout=30) as browser:
            answer = browser.get(url)
            for _ in range(12):
                if answer.is_redirect:
                    place = urllib.parse.urljoin(str(answer.url), answer.headers["location"])
                    if place.startswith(redirect):
                        return urllib.parse.urlsplit(place).query
                    answer = browser.get(place)
                    continue
                place, fields = self.form(answer)
                answer = browser.post(place, data=fields)
            raise AssertionError(f"the provider did not send the browser back:\n{answer.text[:2000]}")

    @staticmethod
    def form(answer):
        assert answer.status_code == 200, f"{answer.status_code}: {answer.text[:1000]}"
        found = re.search(r"<form\b[^>]*method=\"post\".*?</form>", answer.text, re.S | re.I)
        assert found, answer.text[:2000]
        fields = {}
        for tag in re.findall(r"<input\b[^>]*>", found[0]):
            name = re.search(r'name="([^"]*)"', tag)
            value = re.search(r'value="([^"]*)"', tag)
            if name:
                fields[name[1]] = html.unescape(value[1]) if value else ""
        fields.update({name: value for name, value in (("login", "alice"), ("user_name", "alice"),
                                                       ("password", PASSWORD)) if name in fields})
        if "answer" in found[0]:
            fields["answer"] = "accept"
        action = re.search(r'action="([^"]*)"', found[0].split(">")[0])
        place = urllib.parse.urljoin(str(answer.url), html.unescape(action[1]) if action else "")
        return place, fields
