"""The example bank with one model more: the real one, inside the perimeter."""

from __future__ import annotations

from pathlib import Path
from typing import Callable

from bundles import replaced, variant
from inference_server import NAME

DEPLOYMENT = "tiny-llama-inside"
ALIAS = "inside"


def appended(text: str) -> Callable[[str], str]:
    return lambda before: before + text


def deployment_at(endpoint: str) -> str:
    return f"""\
  - id: {DEPLOYMENT}
    model: {NAME}
    operator: meridian
    channel: selfhost
    contract: K-INTRAGROUP-2026-01
    protocol: openai
    endpoint: {endpoint}
    upstream_model: {NAME}
    authentication: bearer
    regions: [GB]
    inside_perimeter: true
    exit_plan: true
    retention_days: 0
    training_use: false
    human_review: false
    data_flow: {{en: Stays on this machine.}}
    injections: [stream_usage]
    timeouts: {{connect_ms: 2000, first_byte_ms: 60000, idle_ms: 30000}}
    rank: 1
"""


MODEL = f"""\
  - id: {NAME}
    name: Tiny llama
    developer: meridian
    version: "1"
    licence: own weights
    licence_verified: true
    open_weights: true
    released: 2026-11-01
    rank: 90
"""
APPROVAL = f"""\
  - id: A-2026-TINY
    scopes: ["deployment:{DEPLOYMENT}"]
    valid:
      - {{from: "2026-01-01T00:00:00Z", to: "2029-01-01T00:00:00Z"}}
    by: Model Risk
"""


def bundle(folder: Path, endpoint: str) -> Path:
    """`inside` stands for the real model, and for DeepSeek where that one may not or cannot serve."""
    return variant(
        folder,
        ("models.yaml", appended(MODEL)),
        ("deployments.yaml", appended(deployment_at(endpoint))),
        ("approvals.yaml", appended(APPROVAL)),
        ("aliases.yaml", replaced("aliases:\n", f"aliases:\n  - {{id: {ALIAS}, models: [{NAME}, deepseek-v4-pro]}}\n")),
    )
