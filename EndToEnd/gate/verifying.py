"""The auditor's program on an installation's ledger."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from installation import VERIFY


def verify(folder: Path, *options: object) -> tuple[int, dict]:
    done = subprocess.run([VERIFY, folder, "--json", *map(str, options)], capture_output=True, text=True, timeout=300)
    return done.returncode, json.loads(done.stdout)


def verified(installation, *options: object) -> dict:
    """The report on a ledger that must be good."""
    status, report = verify(installation.data / "ledger", *options)
    assert status == 0 and report["good"], report
    return report
