"""Proves the record: whoever owns only the folder and the keys rebuilds, for 1,000 random exchanges, the bytes
received, sent, returned and shown, equal to the books of clients and vendors, and recomputes each decision to the
same grounds; one changed byte shows."""

import json
import random
import shutil
import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from pymerkle import InmemoryTree

import wire
from installation import BINARY, CHAT, MESSAGES, Installation
from prompts import CLAUDE, DEEPSEEK, GPT, MINI, SONNET, mark
from recorded import Ledgers, Reference
from verifying import verify

EXCHANGES = 1_000
PEOPLE = [
    "p-hk-banker",
    "p-gb-banker",
    "p-us-banker",
    "p-sg-banker",
    "p-cn-banker",
    "p-gb-unknown",
    "p-sg-contractor",
    "p-hk-service",
]
LETTERS = 'abc xyz 0123 \n\t"\\/ é字😀 \u202e \u0000 ﷽ İ ß'


@dataclass
class Entry:
    mark: str
    target: str
    body: bytes
    answer: wire.Answer


def random_request(rng: random.Random, text: str) -> tuple[str, dict]:
    target = rng.choice([CHAT, MESSAGES])
    models = [GPT, MINI, DEEPSEEK, "best", "code", CLAUDE] if target == CHAT else [CLAUDE, SONNET, "best", GPT]
    noise = "".join(rng.choices(LETTERS, k=rng.choice([0, 5, 60, 700])))
    request = {
        "model": rng.choice(models),
        "max_tokens": rng.randrange(1, 12),
        "messages": [{"role": "user", "content": f"{text} {noise}"}],
    }
    if rng.random() < 0.5:
        request["stream"] = True
        if target == CHAT and rng.random() < 0.3:
            request["stream_options"] = {"include_usage": True}
    if rng.random() < 0.08:
        request["messages"][0]["content"] += " card 4798 6432 6162 2430"
    if rng.random() < 0.05:
        request["temperature"] = 9
    return target, request


@pytest.fixture(scope="module")
def past(tmp_path_factory):
    """What clients and vendors know of the exchanges, and what is left when everything was stopped: the data folder."""
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    rules = [
        {"every": 17, "play": {"status": {"code": 503}}},
        {"every": 19, "play": {"end": {"how": "reset", "after": 2}}},
        {"every": 23, "play": {"split_bytes": True}},
        {"play": {"tokens_per_second": 1000}},
    ]
    script = [{"match": {"every": rule.pop("every")}, **rule} if "every" in rule else rule for rule in rules]

    def client(number: int) -> list[Entry]:
        rng = random.Random(seed * 16 + number)
        entries = []
        for _ in range(EXCHANGES // 8):
            text = mark()
            target, request = random_request(rng, text)
            body = json.dumps(request, ensure_ascii=rng.random() < 0.5, indent=rng.choice([None, 2])).encode()
            entries.append(Entry(text, target, body, bank.ask(rng.choice(PEOPLE), target, body)))
        return entries

    with Installation() as bank:
        for vendor in bank.vendors.values():
            vendor.ask("PUT", "/_simulator/script", {"rules": script})
        with ThreadPoolExecutor(8) as pool:
            entries = [entry for part in pool.map(client, range(8)) for entry in part]
        books = {name: vendor.book() for name, vendor in bank.vendors.items()}
        assert bank.stop() == 0
        folder = tmp_path_factory.mktemp("past")
        for name in ("ledger", "secrets", "bundles", "portcullis.yaml"):
            copy = shutil.copytree if (bank.data / name).is_dir() else shutil.copy
            copy(bank.data / name, folder / name)
    return entries, books, folder


@pytest.fixture(scope="module")
def stories(past):
    return Ledgers(past[2]).stories()


def place(reference: str) -> str:
    at = Reference.read(reference)
    return f"{at.folder}/{at.index}"


def test_every_exchange_is_rebuilt(past, stories):
    entries, books, _ = past
    seen: dict[str, list[tuple[int, bytes, bytes]]] = {}
    for book in books.values():
        for exchange in book.exchanges:
            text = (
                next((word for word in exchange.body.decode(errors="replace").split() if "mark-" in word), "")
                if exchange.body
                else ""
            )
            seen.setdefault(text[text.find("mark-") :], []).append(
                (exchange.wall_ns, exchange.body, exchange.response_body())
            )
    kinds: Counter = Counter()
    rebuilt = 0
    for entry in entries:
        if entry.answer.header("portcullis-ref") is None:
            # Turned back before anything was decided for or against it: a door that leads to the other protocol.
            assert entry.answer.status == 400 and entry.mark not in seen
            continue
        story = stories[place(entry.answer.reference)]
        assert story.exchange.received == entry.body
        assert story.exchange.shown == entry.answer.body, entry
        assert [(sent, returned) for _, sent, returned in story.hops] == [
            (sent, returned) for _, sent, returned in sorted(seen.get(entry.mark, []))
        ]
        kinds[story.exchange.end] += 1
        kinds["fallback"] += len(story.hops) > 1
        rebuilt += 1
    print(dict(kinds))
    assert len(entries) == EXCHANGES and rebuilt > 0.85 * EXCHANGES
    assert all(kinds[kind] >= 10 for kind in ("complete", "refused", "abort", "fallback")), kinds
    asked = {entry.mark for entry in entries}
    assert {text for text in seen if text} <= asked


def test_nothing_else_is_in_the_ledger(past, stories):
    """Every recorded exchange is one that a client had, or one of the demonstration's own at its start."""
    known = {place(entry.answer.reference) for entry in past[0] if entry.answer.header("portcullis-ref")}
    assert known <= stories.keys()
    strangers = [story for name, story in stories.items() if name not in known]
    assert all(b"mark-" not in (story.exchange.received or b"") for story in strangers)


def test_every_decision_is_recomputed(past, stories):
    folder = past[2]
    references = [entry.answer.reference for entry in past[0] if entry.answer.header("portcullis-ref")]

    def replay(reference: str) -> None:
        command = [BINARY, "explain", reference, "--replay", "--json", "--data", folder]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, f"{reference}: {done.stdout}{done.stderr}"
        assert json.loads(done.stdout)["ref"] == reference

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(replay, references))
    decided = sum(len(stories[place(reference)].decisions) for reference in references)
    assert decided >= len(references)


def test_a_decision_that_was_changed_is_found(past, tmp_path):
    """A replay is worth something only if it can fail: another bundle under the recorded digest is not taken for it."""
    folder = tmp_path / "data"
    shutil.copytree(past[2], folder)
    (bundle,) = (folder / "bundles").glob("*.bundle")
    data = bundle.read_bytes()
    assert data.count(b"greater-china") > 1
    bundle.write_bytes(data.replace(b"members: [CN, HK, MO]", b"members: [CN, HJ, MO]", 1))
    refused = next(
        entry for entry in past[0] if entry.answer.status == 403 and entry.answer.refusal["code"] == "policy_denied"
    )
    done = subprocess.run(
        [BINARY, "explain", refused.answer.reference, "--replay", "--data", folder], capture_output=True, text=True
    )
    assert done.returncode in (1, 3) and done.stdout + done.stderr


def test_the_auditors_program_agrees(past, tmp_path):
    ledger = past[2] / "ledger"
    status, report = verify(ledger)
    assert status == 0 and report["good"] and not report["anchored"]
    keys = tmp_path / "keys"
    keys.write_text("".join(path.read_text() for path in sorted(ledger.rglob("log.vkey"))))
    status, anchored = verify(ledger, "--key", keys)
    assert status == 0 and anchored["anchored"]
    # Everything was closed in order, so everything is signed for.
    assert all(log["signed"] == log["frames"] > 0 and log["notes"] == [] for log in anchored["logs"])


def test_other_peoples_merkle_tree_agrees(past):
    for name, log in Ledgers(past[2]).logs():
        ours = log.verify()
        tree = InmemoryTree(algorithm="sha256")
        for leaf in ours["leaves"]:
            tree.append_entry(leaf)
        assert tree.get_root() == ours["root"] and ours["signed"] == ours["frames"], name


@pytest.mark.parametrize("where", ["segment", "checkpoint", "tile", "log.vkey"])
def test_one_byte_shows(past, tmp_path, where):
    folder = tmp_path / "ledger"
    shutil.copytree(past[2] / "ledger", folder)
    rng = random.Random(3)
    path, low = {
        "segment": (next(folder.rglob("gb-*/seg/000000000000")), 64),
        "checkpoint": (next(folder.rglob("gb-*/checkpoint")), 0),
        "tile": (next(path for path in folder.rglob("gb-*/tile/0/*") if path.is_file()), 0),
        "log.vkey": (next(folder.rglob("gb-*/log.vkey")), 60),
    }[where]
    data = bytearray(path.read_bytes())
    at = rng.randrange(low, min(len(data), 200_000))
    data[at] ^= 1
    path.write_bytes(data)
    status, report = verify(folder)
    assert status == 1 and not report["good"]
    assert any(
        problem["path"].endswith(path.name) or problem["text"] for log in report["logs"] for problem in log["problems"]
    )


def test_content_and_names_are_sealed(past):
    """Nothing of prompts, answers, persons or keys stands in the ledger in the clear."""
    words = {
        b"p-hk-banker",
        b"meridian-uk",
        b"mark-",
        b"sha256:",
        b"claude-opus",
        b"gpt-5.5",
        b"Bearer",
        b"pck_",
        b"/v1/messages",
    }
    for path in (past[2] / "ledger").rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert [word for word in words if word in data] == [], path


def test_no_credential_is_recorded(past, stories):
    for story in stories.values():
        for _, _, record in story.records:
            for head in (record.get("head"), record.get("answer")):
                names = {name for name, _ in head["headers"]} if head else set()
                assert not names & {"authorization", "x-api-key", "api-key", "cookie", "set-cookie"}


def test_exported_lines_say_the_same(past, stories):
    """`ledger export` and `ledger show` are no other truth."""
    reference = past[0][0].answer.header("portcullis-ref") or past[0][1].answer.reference
    command = [BINARY, "ledger", "show", reference, "--json", "--data", past[2]]
    shown = subprocess.run(command, capture_output=True, text=True)
    assert shown.returncode == 0 and json.loads(shown.stdout)["ref"] == reference
    exported = subprocess.run([BINARY, "ledger", "export", "--data", past[2]], capture_output=True, text=True)
    lines = [json.loads(line) for line in exported.stdout.splitlines()]
    assert exported.returncode == 0 and reference in {line.get("ref") for line in lines}
    assert len(lines) >= len(stories)
