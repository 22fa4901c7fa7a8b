"""Proves that the format pages are enough: a reader written from them alone opens what the product wrote and finds
the same bytes as the client's and upstream's books, agrees with portcullis-verify on good and on damaged ledgers, and
an outside implementation of RFC 6962 (pymerkle) gives the same roots and proofs."""

import json
import os
import random
import shutil
import subprocess
from pathlib import Path

import cbor2
import pytest
from pymerkle import InmemoryTree
from pymerkle.hasher import MerkleHasher
from pymerkle.proof import verify_inclusion

from portcullis_ledger import LedgerError, Log, master_key

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("PORTCULLIS_BIN", ROOT / ".build" / "release"))
FIXTURE = ROOT / "Tests" / "Fixtures" / "ledger-v1"
LOG = Path("ledger/gw1/hk-2026")


def sample(folder: Path, seed: int, exchanges: int, runs: int = 1, segment: int = 65_536) -> Path:
    command = [BIN / "ledger-sample", "ledger", folder, str(seed), str(exchanges), str(runs), str(segment)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def verify(folder: Path, *options: str) -> tuple[int, dict]:
    done = subprocess.run([BIN / "portcullis-verify", folder, "--json", *options], capture_output=True, text=True)
    return done.returncode, json.loads(done.stdout)


def open_log(folder: Path) -> Log:
    identifier, key = master_key(folder / "master.key")
    return Log(folder / LOG, {identifier: key}, (folder / "logs.vkey").read_text().strip())


def compare_with_book(folder: Path) -> int:
    exchanges = open_log(folder).exchanges()
    book = cbor2.loads((folder / "book.cbor").read_bytes())
    assert len(book) == len(exchanges)
    for entry in book:
        exchange = exchanges[entry["index"]]
        for name in ("received", "sent", "returned", "shown", "decisions", "end"):
            assert getattr(exchange, name) == entry[name], (entry["index"], name)
    return len(book)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return sample(tmp_path_factory.mktemp("small"), seed=5, exchanges=40, runs=2, segment=32_768)


@pytest.mark.parametrize("seed,exchanges,runs,segment", [(1, 1000, 1, 1 << 20), (2, 150, 4, 32_768), (3, 60, 2, 65_536)])
def test_every_exchange_is_rebuilt(tmp_path, seed, exchanges, runs, segment):
    folder = sample(tmp_path, seed, exchanges, runs, segment)
    assert compare_with_book(folder) >= exchanges // runs * runs


@pytest.mark.parametrize("seed", range(10, 16))
def test_verifiers_agree_on_good_ledgers(tmp_path, seed):
    folder = sample(tmp_path, seed, exchanges=120, runs=3)
    ours = open_log(folder).verify()
    status, report = verify(folder, "--key", str(folder / "logs.vkey"))
    assert status == 0 and report["good"] and report["anchored"]
    (log,) = report["logs"]
    assert (log["frames"], log["signed"], log["checkpoints"]) == (ours["frames"], ours["signed"], ours["checkpoints"])
    assert log["tiles"]["full"] + log["tiles"]["partial"] == ours["tiles"]
    assert log["notes"] == []
    tree = InmemoryTree(algorithm="sha256")
    for leaf in ours["leaves"]:
        tree.append_entry(leaf)
    assert tree.get_root() == ours["root"]


def files(folder: Path) -> list[Path]:
    return sorted(p for p in (folder / LOG).rglob("*") if p.is_file() and p.name != "log.key")


@pytest.mark.parametrize("seed", range(60))
def test_verifiers_agree_on_a_flipped_bit(small, tmp_path, seed):
    """One bit anywhere in the log: both say no. A spare key entry that no record names is the one thing that may
    rot unseen by
    the reader; portcullis-verify notes it."""
    folder = shutil.copytree(small, tmp_path / "log")
    choice = random.Random(seed)
    path = choice.choice(files(folder))
    data = bytearray(path.read_bytes())
    bit = choice.randrange(len(data) * 8)
    data[bit // 8] ^= 1 << bit % 8
    path.write_bytes(data)
    status, report = verify(folder)
    (log,) = report["logs"]
    if path.parent.name == "keys" and status == 0:
        assert log["notes"]
        open_log(folder).verify()
        return
    assert status == 1 and log["problems"], path
    with pytest.raises((LedgerError, ValueError)):
        open_log(folder).verify()


def tamper_tail(log: Path) -> None:
    *_, last = [p for p in sorted((log / "seg").iterdir()) if p.read_bytes()[64:68] == b"PCLF"]
    data = bytearray(last.read_bytes())
    offset, length = 64, 0
    while data[offset : offset + 4] == b"PCLF":
        length = int.from_bytes(data[offset + 8 : offset + 12], "big")
        offset += length
    data[offset - length : offset] = bytes(length)
    last.write_bytes(data)


def tamper_order(log: Path) -> None:
    path = log / "seg" / "000000000000"
    data = path.read_bytes()
    first = int.from_bytes(data[72:76], "big")
    second = int.from_bytes(data[64 + first + 8 : 64 + first + 12], "big")
    frames = data[64 + first : 64 + first + second] + data[64 : 64 + first]
    path.write_bytes(data[:64] + frames + data[64 + first + second :])


def tamper_segment(log: Path) -> None:
    (log / "seg" / "000000000001").unlink()


def tamper_tile(log: Path) -> None:
    path = log / "tile" / "0" / "000"
    data = bytearray(path.read_bytes())
    data[:32], data[32:64] = data[32:64], data[:32]
    path.write_bytes(data)


def tamper_checkpoint(log: Path) -> None:
    """Another log's key signs a root of its own choice under this log's name."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    import base64

    import portcullis_ledger as reader

    origin = (log / "log.vkey").read_text().split("+")[0]
    private = Ed25519PrivateKey.generate()
    material = b"\1" + private.public_key().public_bytes_raw()
    identifier = reader.sha256(origin.encode() + b"\n" + material)[:4]
    text = f"{origin}\n3\n{base64.b64encode(bytes(32)).decode()}\n"
    signature = base64.b64encode(identifier + private.sign(text.encode())).decode()
    note = f"{text}\n— {origin} {signature}\n".encode()
    (log / "checkpoint").write_bytes(note)
    day = sorted((log / "checkpoints").iterdir())[-1]
    line = b"2030-01-01T00:00:00Z %d" % len(note)
    entry = b"%s %08x\n" % (line, reader.crc32c(line + b"\n" + note))
    day.write_bytes(day.read_bytes() + entry + note)


@pytest.mark.parametrize(
    "tamper", [tamper_tail, tamper_order, tamper_segment, tamper_tile, tamper_checkpoint], ids=lambda f: f.__name__
)
def test_verifiers_agree_on_tampering(tmp_path, tamper):
    folder = sample(tmp_path / "log", seed=9, exchanges=80)
    tamper(folder / LOG)
    status, report = verify(folder)
    assert status == 1 and report["logs"][0]["problems"]
    with pytest.raises((LedgerError, ValueError)):
        open_log(folder).verify()


def test_exit_statuses(tmp_path, small):
    assert subprocess.run([BIN / "portcullis-verify"], capture_output=True).returncode == 2
    assert subprocess.run([BIN / "portcullis-verify", tmp_path / "no"], capture_output=True).returncode == 2
    assert subprocess.run([BIN / "portcullis-verify", small, "--key", tmp_path / "no"], capture_output=True).returncode == 2
    text = subprocess.run([BIN / "portcullis-verify", small], capture_output=True, text=True)
    assert text.returncode == 0 and "UNANCHORED" in text.stdout
    anchored = subprocess.run([BIN / "portcullis-verify", small, "--key", small / "logs.vkey"], capture_output=True, text=True)
    assert anchored.returncode == 0 and "UNANCHORED" not in anchored.stdout
    other = tmp_path / "other.vkey"
    other.write_text("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n")
    assert verify(small, "--key", str(other))[0] == 1


def test_every_place_in_the_data_folder_is_understood(small):
    for place in (small, small / "ledger", small / "ledger" / "gw1", small / LOG):
        status, report = verify(place)
        assert status == 0 and len(report["logs"]) == 1


def test_a_wrong_master_key_opens_nothing(small):
    with pytest.raises(LedgerError):
        list(Log(small / LOG, {}).records())


def test_the_committed_ledger_reads_for_ever():
    assert compare_with_book(FIXTURE) > 0
    assert verify(FIXTURE, "--key", str(FIXTURE / "logs.vkey"))[0] == 0
    open_log(FIXTURE).verify()


def test_no_personal_data_in_the_clear(small):
    """Callers, heads and conversations stand in sealed parts only; credentials nowhere at all."""
    for path in files(small):
        data = path.read_bytes()
        for text in (b"meridian-hk", b"anthropic-2026", b"/v1/messages", b"anthropic-version"):
            assert text not in data, path
    for _, record in open_log(small).records():
        assert b"sk-secret" not in cbor2.dumps(record) and b"key=secret" not in cbor2.dumps(record)


def test_tree_agrees_with_pymerkle(tmp_path):
    file = tmp_path / "tree.cbor"
    subprocess.run([BIN / "ledger-sample", "tree", file, "77"], check=True)
    vectors = cbor2.loads(file.read_bytes())
    tree = InmemoryTree(algorithm="sha256")
    hasher = MerkleHasher("sha256")
    for size, root in enumerate(vectors["roots"]):
        if size:
            tree.append_entry(vectors["leaves"][size - 1])
        assert tree.get_root() == root or size == 0, size
    assert vectors["roots"][0].hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    hashes = [hasher.hash_buff(leaf) for leaf in vectors["leaves"]]
    for item in vectors["inclusions"]:
        proof = tree.prove_inclusion(item["from"] + 1, item["size"])
        verify_inclusion(hashes[item["from"]], vectors["roots"][item["size"]], proof)
        assert path_of(proof, hashes[item["from"]]) == item["path"]
    for item in vectors["consistencies"]:
        proof = tree.prove_consistency(item["from"], item["size"])
        proof.verify(vectors["roots"][item["from"]], vectors["roots"][item["size"]])
        assert consistency(hasher, hashes[: item["size"]], item["from"], True) == item["path"]


def root_of(hasher: MerkleHasher, hashes: list[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return hasher.hash_pair(root_of(hasher, hashes[:split]), root_of(hasher, hashes[split:]))


def consistency(hasher: MerkleHasher, hashes: list[bytes], old: int, is_root: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962 section 2.1.2, as it stands there, over pymerkle's hashes."""
    if old == len(hashes):
        return [] if is_root else [root_of(hasher, hashes)]
    split = 1 << (len(hashes) - 1).bit_length() - 1
    if old <= split:
        return consistency(hasher, hashes[:split], old, is_root) + [root_of(hasher, hashes[split:])]
    return consistency(hasher, hashes[split:], old - split, False) + [root_of(hasher, hashes[:split])]


def path_of(proof, leaf_hash: bytes) -> list[bytes]:
    """pymerkle's path has the leaf itself among its siblings."""
    path = list(proof.path)
    path.remove(leaf_hash)
    return path
