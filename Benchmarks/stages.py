"""Where the time of one request goes: a sampling profile of the gateway under load, each sample counted for the module
of the product that is nearest to it on the stack."""

from __future__ import annotations

import collections
import re
import shutil
import subprocess
import time

from demo import processor_seconds
from measures import WHOLE, SIZES, Run, progress
from paths import Gate
from tools import beside, OTHER_CORE

# In the order of the table. A module stands in one stage.
STAGES = {
    "transport": {"Transport", "HTTP", "Runtime", "Bytes"},
    "dialect and scan": {"Dialects", "JSON"},
    "who and where": {"Identity", "Location"},
    "inspection": {"Inspection"},
    "decision": {"Policy", "Registry", "CutOff", "Vocabulary"},
    "record": {"Ledger", "LedgerFiles", "MerkleLog", "Stores", "CBOR", "Crypto", "Files", "Storage"},
    "gateway": {"Gateway", "Upstream", "Bundle", "Telemetry", "portcullis"},
}
KINDS = {
    "allocation": re.compile(r"malloc|_int_free|^free$|calloc|realloc|swift_alloc|swift_slowAlloc|swift_dealloc|cfree|memalign|tcache"),
    "reference counts": re.compile(r"swift_retain|swift_release|RefCount|swift_weak|swift_unowned|swift_bridgeObject|_swift_release"),
    "copies": re.compile(r"memmove|memcpy|memset"),
    "exclusivity": re.compile(r"AccessSet|swift_beginAccess|swift_endAccess"),
    "metadata and casts": re.compile(r"swift_getGenericMetadata|swift_dynamicCast|swift_conformsTo|getWitnessTable|Metadata"),
}
MODULE = re.compile(r"^(?:partial apply for )?\$s(\d+)([A-Za-z_]\w*)")
# A generic of the standard library that was specialised in a module of ours names that module in its arguments.
INNER = re.compile(r"(?<!\d)(\d{1,2})([A-Z][A-Za-z]+)")
SECONDS = 3


def module(symbol: str) -> str | None:
    """Of a mangled Swift name, when it is one of ours."""
    match = MODULE.match(symbol)
    if match:
        name = match[2][:int(match[1])]
        if any(name in names for names in STAGES.values()):
            return name
    if symbol.startswith("$s"):
        for length, rest in INNER.findall(symbol):
            name = rest[:int(length)]
            if len(name) == int(length) and any(name in names for names in STAGES.values()):
                return name
    return None


def samples(pid: int, folder) -> list[tuple[str, list[tuple[str, str]]]]:
    """(thread, frames from the innermost: (symbol, object))."""
    file = folder / "perf.data"
    subprocess.run(
        ["perf", "record", "-q", "-e", "cpu-clock", "-F", "1999", "-g", "-p", str(pid), "-o", file, "--", "sleep", str(SECONDS)],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    text = subprocess.run(
        ["perf", "script", "-i", file, "-F", "comm,ip,sym,dso"], capture_output=True, text=True, check=True).stdout
    found = []
    for block in text.split("\n\n"):
        lines = [line for line in block.split("\n") if line.strip()]
        if len(lines) < 2:
            continue
        frames = []
        for line in lines[1:]:
            match = re.match(r"\s*[0-9a-f]+ (.*) \((.*)\)$", line)
            if match:
                frames.append((match[1], match[2]))
        if frames:
            found.append((lines[0].strip(), frames))
    return found


def stage_of(frames: list[tuple[str, str]]) -> str:
    for symbol, _ in frames:
        name = module(symbol)
        if name:
            return next(stage for stage, names in STAGES.items() if name in names)
    # Libraries without frame pointers lose their caller: then the kind says what it was.
    return {"cryptography": "sealing and digests", "allocation": "allocation", "kernel": "threads and flushes"}.get(
        kind_of(frames), "elsewhere")


def kind_of(frames: list[tuple[str, str]]) -> str:
    symbol, owner = frames[0]
    if "kernel" in owner or owner == "[unknown]" and symbol.startswith("["):
        return "kernel"
    if "libcrypto" in owner:
        return "cryptography"
    for kind, pattern in KINDS.items():
        if pattern.search(symbol):
            return kind
    return "the code itself"


def stages(run: Run, gate: Gate) -> None:
    if shutil.which("perf") is None:
        progress("no perf here: stages are left out")
        return
    progress("stages")
    file = run.request(gate, SIZES["2k"], WHOLE, stream=False)
    words = ["--to", gate.address, "--request", file, "--seconds", SECONDS + 1.5, "--warm", 0, "--connections", 64,
             "--core", OTHER_CORE]
    load = subprocess.Popen(beside("load", *words), stdout=subprocess.PIPE, text=True)
    time.sleep(0.7)
    pid = gate.gateways()[0]
    requests, before = run.mock.counts()["requests"], processor_seconds([pid])
    found = samples(pid, run.folder)
    requests, spent = run.mock.counts()["requests"] - requests, processor_seconds([pid]) - before
    load.communicate(timeout=60)
    each = spent * 1e6 / max(1, requests) / max(1, len(found))
    by_stage, by_kind, by_thread = collections.Counter(), collections.Counter(), collections.Counter()
    for thread, frames in found:
        kind = kind_of(frames)
        stage = stage_of(frames)
        by_stage[f"{stage}, kernel" if kind == "kernel" and stage in STAGES else stage] += 1
        by_kind[kind] += 1
        by_thread[re.sub(r"[^a-z]+.*", "", thread.lower()) or "other"] += 1
    for title, counter in (("stage", by_stage), ("kind", by_kind), ("thread", by_thread)):
        for name, count in counter.most_common():
            run.figures.add(f"all_on_{title}_us: {name}", count * each)
