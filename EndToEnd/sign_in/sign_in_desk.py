"""The sign-in desk behind lines of JSON: `sign-in-sample`, which the tests put in the place of the console."""

from __future__ import annotations

import json
import pathlib
import subprocess

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / ".build/release/sign-in-sample"


class SignInDesk:
    def __init__(self, issuer: str, client: str = "gate", redirect: str = "http://localhost:9/callback",
                 origin: str = "http://localhost", secret: str | None = None):
        self.redirect = redirect
        self.process = subprocess.Popen(
            [PROGRAM, issuer, client, redirect, origin] + ([secret] if secret else []), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(30)

    def ask(self, do: str, **members) -> dict:
        self.process.stdin.write(json.dumps({"do": do, **members}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the desk ended"
        return json.loads(line)
