"""An independent reader and verifier of Portcullis ledgers.

Written from docs/formats/ledger.md, record.md and keys.md alone, so that those pages are known to be enough. Shares no
code with the product; needs `cryptography` for AES-GCM, key unwrapping and Ed25519, and `cbor2`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator

import cbor2
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

NO_INDEX = 2**64 - 1
MORE, SEALED, UNIT = 1, 2, 4
TYPES = {
    1: "OPEN", 2: "CLOSE", 3: "ADMIT", 4: "CHUNK", 5: "COMPLETE", 6: "ABORT", 7: "CUT_ABORT", 8: "REFUSED", 9: "HOP",
    10: "SHOWN", 11: "READ", 12: "POLICY", 13: "CUT", 14: "CUT_ACK", 15: "REOPEN", 16: "RECEIPT", 17: "EVIDENCE",
    18: "KEY", 19: "TERMS", 20: "ALERT", 21: "APPROVAL", 22: "GAP", 23: "SCRUB", 24: "DECISION", 25: "PERSON",
}


class LedgerError(Exception):
    """Something is not as the format says."""


def _crc_table() -> list[int]:
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


_TABLE = _crc_table()


def crc32c(data: bytes) -> int:
    value = 0xFFFFFFFF
    table = _TABLE
    for byte in data:
        value = value >> 8 ^ table[(value ^ byte) & 0xFF]
    return value ^ 0xFFFFFFFF


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def need(condition: object, problem: str) -> None:
    if not condition:
        raise LedgerError(problem)


# --- keys.md ---------------------------------------------------------------------------------------------------------


def _text_file(path: Path, title: str, names: list[str]) -> list[str]:
    lines = path.read_bytes().decode().split("\n")
    need(lines[0] == title and len(lines) == len(names) + 3 and lines[-1] == "", f"{path}: not '{title}'")
    checked = "\n".join(lines[:-2]) + "\n"
    need(lines[-2] == f"check: {crc32c(checked.encode()):08x}", f"{path}: check line")
    values = []
    for line, name in zip(lines[1:], names):
        need(line.startswith(name + ": "), f"{path}: {name}")
        values.append(line[len(name) + 2:])
    return values


def master_key(path: Path) -> tuple[bytes, bytes]:
    """Id and key."""
    algorithm, identifier, key = _text_file(path, "portcullis-master-key v1", ["algorithm", "id", "key"])
    raw = base64.b64decode(key, validate=True)
    need(algorithm == "AES-256-KW" and len(raw) == 32, f"{path}: algorithm or key")
    need(sha256(b"portcullis.master.1" + raw)[:8].hex() == identifier, f"{path}: id")
    return bytes.fromhex(identifier), raw


class KeyFiles:
    """The block keys of a log; with a master key they can be opened, without one they are only looked for."""

    HEADER, ENTRY = 96, 56

    def __init__(self, folder: Path, log_id: bytes, masters: dict[bytes, bytes]):
        self.folder, self.log_id, self.masters = folder, log_id, masters
        self.files: dict[int, tuple[dict, bytes]] = {}

    def _file(self, number: int) -> tuple[dict, bytes]:
        if number not in self.files:
            data = (self.folder / "keys" / f"{number:08d}").read_bytes()
            head = data[: self.HEADER]
            need(head[:8] == b"PCLKEY1\n" and crc32c(head[:92]) == int.from_bytes(head[92:96], "big"), f"key file {number}")
            version, suite, own = struct.unpack(">HHI", head[8:16])
            year, month, compartment, retention = struct.unpack(">HBBB", head[32:37])
            need((version, suite, own) == (1, 1, number) and head[16:32] == self.log_id, f"key file {number}: header")
            need(head[37:40] == bytes(3) and head[88:92] == bytes(4), f"key file {number}: zero fields")
            fields = {
                "year": year, "month": month, "compartment": compartment, "retention": retention,
                "master": head[40:48], "wrapped": head[48:88],
            }
            self.files[number] = (fields, data)
        return self.files[number]

    def wrapped(self, key_id: int) -> tuple[dict, bytes]:
        number, slot = key_id >> 32, key_id & 0xFFFFFFFF
        fields, data = self._file(number)
        start = self.HEADER + slot * self.ENTRY
        entry = data[start : start + self.ENTRY]
        need(len(entry) == self.ENTRY and crc32c(entry[:52]) == int.from_bytes(entry[52:], "big"), f"key {key_id}: entry")
        need(int.from_bytes(entry[:8], "big") == key_id and entry[48:52] == bytes(4), f"key {key_id}: entry")
        return fields, entry[8:48]

    def key(self, key_id: int) -> bytes:
        fields, wrapped = self.wrapped(key_id)
        need(fields["master"] in self.masters, f"master key {fields['master'].hex()} is needed")
        try:
            bucket = aes_key_unwrap(self.masters[fields["master"]], fields["wrapped"])
            return aes_key_unwrap(bucket, wrapped)
        except InvalidUnwrap as error:
            raise LedgerError(f"key {key_id} does not open") from error


# --- ledger.md -------------------------------------------------------------------------------------------------------


@dataclass
class Frame:
    raw: bytes
    segment: int
    offset: int

    def __post_init__(self) -> None:
        leaf = self.leaf
        (self.version, self.type, self.flags, self.retention, self.compartment, self.suite, self.part, self.length,
         self.index, self.wall, self.monotonic, self.epoch, self.lease, self.lease_until, self.first, self.previous,
         self.key_id) = struct.unpack(">BBHBBHIIQqQQQQQQQ", leaf[:88])
        self.log_id, self.commitment, self.digest = leaf[88:104], leaf[104:136], leaf[136:168]
        self.body_length = int.from_bytes(self.raw[16:20], "big")
        self.boot, self.salt = self.raw[24:40], self.raw[40:48]
        self.batch_start = int.from_bytes(self.raw[48:56], "big")
        self.previous_hash = self.raw[56:88]

    @property
    def leaf(self) -> bytes:
        return self.raw[88:256]

    @property
    def body(self) -> bytes:
        return self.raw[256 : 256 + self.body_length]

    @property
    def leaf_hash(self) -> bytes:
        return sha256(b"\0" + self.leaf)

    def check(self, log_id: bytes, salt: bytes) -> None:
        """Everything that can be said about a frame by itself."""
        where = f"segment {self.segment}, byte {self.offset}"
        raw = self.raw
        need(raw[4] == 1 and self.version == 1, f"{where}: version")
        need(raw[5] == self.type and raw[6:8] == self.leaf[2:4], f"{where}: type or flags")
        need(raw[12:14] == b"\x00\xa8" and raw[14:16] == bytes(2) and raw[20:24] == bytes(4), f"{where}: fixed fields")
        need(crc32c(raw[:-4]) == int.from_bytes(raw[-4:], "big"), f"{where}: checksum")
        need(len(raw) == (256 + self.body_length + 4 + 7) // 8 * 8, f"{where}: length")
        need(not any(raw[256 + self.body_length : -4]), f"{where}: padding")
        need(self.salt == salt and self.log_id == log_id, f"{where}: salt or log")
        need(self.length + 16 == self.body_length, f"{where}: plaintext length")
        need(self.flags & ~7 == 0 and self.flags & SEALED, f"{where}: flags")
        need(self.suite == 1 and sha256(self.body) == self.digest, f"{where}: sealed body")
        need(self.batch_start <= self.index and self.first <= self.index, f"{where}: order")
        linked = self.previous == NO_INDEX if self.first == self.index else self.previous < self.index
        need(linked, f"{where}: link to the previous record")

    def open(self, key: bytes) -> bytes:
        index = self.index.to_bytes(8, "big")
        associated = b"portcullis.frame.1" + self.boot + self.leaf[:136]
        try:
            plaintext = AESGCM(key).decrypt(bytes(4) + index, self.body, associated)
        except InvalidTag as error:
            raise LedgerError(f"record {self.index} does not open") from error
        salt = hmac.new(key, b"portcullis.salt.1" + self.log_id + index, "sha256").digest()
        need(sha256(salt + plaintext) == self.commitment, f"record {self.index}: commitment")
        return plaintext


@dataclass
class Tree:
    """RFC 6962 section 2.1, one hash for each complete subtree."""

    size: int = 0
    frontier: list[bytes] = field(default_factory=list)

    def append(self, leaf_hash: bytes) -> None:
        rest = self.size
        while rest & 1:
            leaf_hash = sha256(b"\1" + self.frontier.pop() + leaf_hash)
            rest >>= 1
        self.frontier.append(leaf_hash)
        self.size += 1

    def root(self) -> bytes:
        if not self.frontier:
            return sha256(b"")
        root = self.frontier[-1]
        for subtree in reversed(self.frontier[:-1]):
            root = sha256(b"\1" + subtree + root)
        return root


def root_of(hashes: list[bytes]) -> bytes:
    tree = Tree()
    for value in hashes:
        tree.append(value)
    return tree.root()


@dataclass
class Checkpoint:
    origin: str
    size: int
    root: bytes
    note: bytes


class VerifierKey:
    def __init__(self, line: str):
        self.name, self.id, encoded = line.split("+", 2)
        material = base64.b64decode(encoded, validate=True)
        need(material[0] == 1 and len(material) == 33, "an Ed25519 key")
        self.key = Ed25519PublicKey.from_public_bytes(material[1:])
        need(sha256(self.name.encode() + b"\n" + material)[:4].hex() == self.id, "the key's id")

    def checkpoint(self, note: bytes) -> Checkpoint:
        text, _, signatures = note.rpartition(b"\n\n")
        text += b"\n"
        good = False
        for line in signatures.decode().splitlines():
            dash, name, encoded = line.split(" ")
            need(dash == "—", "a signature line")
            signature = base64.b64decode(encoded, validate=True)
            if name == self.name and signature[:4].hex() == self.id:
                try:
                    self.key.verify(signature[4:], text)
                except InvalidSignature as error:
                    raise LedgerError("the signature is not good") from error
                good = True
        need(good, "not signed by the log")
        origin, size, root, *_ = text.decode().split("\n")
        need(origin == self.name and re.fullmatch(r"0|[1-9][0-9]*", size), "a checkpoint")
        return Checkpoint(origin, int(size), base64.b64decode(root, validate=True), note)


class Log:
    """One log's folder."""

    def __init__(self, folder: Path, masters: dict[bytes, bytes] | None = None, anchor: str | None = None):
        self.folder = folder
        own = (folder / "log.vkey").read_text()
        need(own.endswith("\n"), "log.vkey")
        self.key = VerifierKey(anchor or own[:-1])
        need(anchor is None or anchor == own[:-1], "log.vkey is not the key that was given")
        self.origin = self.key.name
        self.log_id = sha256(self.origin.encode())[:16]
        self.keys = KeyFiles(folder, self.log_id, masters or {})

    def frames(self) -> Iterator[Frame]:
        """Every frame in order, each checked by itself and against the one before it."""
        expected, previous, batch = 0, bytes(32), 0
        segments = sorted((self.folder / "seg").iterdir())
        need([p.name for p in segments] == [f"{n:012d}" for n in range(len(segments))], "a segment is missing")
        unmade = None
        for number, path in enumerate(segments):
            data = path.read_bytes()
            head = data[:64]
            if not any(data):
                # Its making was broken off, by a full disk for one: there is nothing in it, nor behind it.
                unmade = unmade or path
                continue
            need(unmade is None or not any(data[64:]), f"{unmade}: without a header, and {path} has records")
            need(head[:8] == b"PCLSEG1\n" and crc32c(head[:60]) == int.from_bytes(head[60:], "big"), f"{path}: header")
            need(head[8:16] == b"\0\1" + bytes(6) and head[56:60] == bytes(4), f"{path}: fixed fields")
            need(int.from_bytes(head[16:24], "big") == number and head[32:48] == self.log_id, f"{path}: whose")
            size = int.from_bytes(head[48:56], "big")
            need(size == len(data) or (size > len(data) and not any(data[64:])), f"{path}: size")
            offset = 64
            while data[offset : offset + 4] == b"PCLF":
                length = int.from_bytes(data[offset + 8 : offset + 12], "big")
                need(264 <= length <= 262_144 and length % 8 == 0 and offset + length <= len(data), f"{path}: {offset}")
                frame = Frame(data[offset : offset + length], number, offset)
                frame.check(self.log_id, head[24:32])
                need(frame.index == expected, f"{path}: index {frame.index} where {expected} must stand")
                need(frame.previous_hash == previous, f"{path}: record {frame.index} does not follow")
                need(frame.batch_start >= batch, f"{path}: batch start falls")
                self.keys.wrapped(frame.key_id)
                yield frame
                expected, previous, batch = expected + 1, frame.leaf_hash, frame.batch_start
                offset += length
            need(not any(data[offset:]), f"{path}: byte {offset}: neither a frame nor zeros")

    def checkpoints(self) -> Iterator[Checkpoint]:
        last = None
        for path in sorted((self.folder / "checkpoints").iterdir()):
            data = path.read_bytes()
            while data:
                line, _, rest = data.partition(b"\n")
                match = re.fullmatch(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z) (\d+) ([0-9a-f]{8})", line)
                need(match and len(rest) >= int(match[2]), f"{path}: an entry")
                checked = match[1] + b" " + match[2] + b"\n" + rest[: int(match[2])]
                need(f"{crc32c(checked):08x}".encode() == match[3], f"{path}: an entry's check")
                checkpoint = self.key.checkpoint(rest[: int(match[2])])
                if last:
                    need(checkpoint.size >= last.size, f"{path}: sizes fall")
                    need(checkpoint.size > last.size or checkpoint.root == last.root, f"{path}: two roots")
                last = checkpoint
                yield checkpoint
                data = rest[int(match[2]) :]

    def verify(self) -> dict:
        """Raises LedgerError at the first thing that is not as it must be."""
        checkpoints = list(self.checkpoints())
        tree, hashes, leaves = Tree(), [], []
        awaited = 0
        for frame in self.frames():
            tree.append(frame.leaf_hash)
            hashes.append(frame.leaf_hash)
            leaves.append(frame.leaf)
            while awaited < len(checkpoints) and checkpoints[awaited].size == tree.size:
                need(checkpoints[awaited].root == tree.root(), f"root at {tree.size}")
                awaited += 1
        need(awaited == len(checkpoints), f"{len(checkpoints) - awaited} checkpoints cover records that are not here")
        if checkpoints:
            current = (self.folder / "checkpoint").read_bytes()
            need(current == checkpoints[-1].note, "checkpoint is not the last published one")
        tiles = self._check_tiles(hashes, leaves)
        return {
            "frames": tree.size, "root": tree.root(), "checkpoints": len(checkpoints), "tiles": tiles,
            "signed": checkpoints[-1].size if checkpoints else 0, "leaves": leaves,
        }

    def _check_tiles(self, hashes: list[bytes], leaves: list[bytes]) -> int:
        count, level, row = 0, 0, hashes
        while row:
            count += self._check_row(f"tile/{level}", [row[i] for i in range(len(row))])
            row = [root_of(row[i : i + 256]) for i in range(0, len(row) // 256 * 256, 256)]
            level += 1
        entries = [len(leaf).to_bytes(2, "big") + leaf for leaf in leaves]
        return count + self._check_row("tile/entries", entries)

    def _check_row(self, prefix: str, items: list[bytes]) -> int:
        count = 0
        for number in range((len(items) + 255) // 256):
            part = items[number * 256 : number * 256 + 256]
            groups = f"{number:03d}" if number < 1000 else None
            if groups is None:
                digits = f"{number:0{(len(str(number)) + 2) // 3 * 3}d}"
                parts = [digits[i : i + 3] for i in range(0, len(digits), 3)]
                groups = "/".join(["x" + p for p in parts[:-1]] + [parts[-1]])
            path = self.folder / prefix / groups
            if len(part) == 256 and path.exists():
                need(path.read_bytes() == b"".join(part), f"{path}")
                count += 1
            partials = path.with_name(path.name + ".p")
            for file in partials.iterdir() if partials.exists() else []:
                need(1 <= int(file.name) <= len(part), f"{file}: width")
                need(file.read_bytes() == b"".join(part[: int(file.name)]), f"{file}")
                count += 1
        return count

    # --- record.md ---

    def records(self) -> Iterator[tuple[Frame, dict]]:
        """Every whole record: the frame of its first part, and its map."""
        first, plaintext = None, b""
        for frame in self.frames():
            if frame.part == 0:
                first, plaintext = frame, b""
            elif first is None or frame.index != first.index + frame.part or frame.key_id != first.key_id:
                first = None
                continue
            plaintext += frame.open(self.keys.key(frame.key_id))
            if not frame.flags & MORE:
                yield first, cbor2.loads(plaintext)
                first = None

    def exchanges(self) -> dict[int, Exchange]:
        exchanges: dict[int, Exchange] = {}
        bodies: dict[int, bytes] = {}
        for frame, record in self.records():
            if frame.compartment == 3:
                continue
            exchange = exchanges.setdefault(frame.first, Exchange(frame.first))
            if "received" in record:
                bodies[frame.index] = resolve(record["received"], bodies)
                if exchange.received is None:
                    exchange.received = bodies[frame.index]
            exchange.add(TYPES[frame.type], record, bodies.get(frame.index))
        return exchanges


def resolve(body: dict, bodies: dict[int, bytes]) -> bytes:
    if "at" not in body:
        return body["bytes"]
    earlier = bodies[body["at"]]
    need(body["keep"] <= len(earlier), "a body keeps more than there is")
    return earlier[: body["keep"]] + body["bytes"]


def derive(derived: dict, base: bytes) -> bytes:
    if "bytes" in derived:
        need("splices" not in derived, "bytes or splices")
        return derived["bytes"]
    result, position = b"", 0
    for offset, removed, inserted in derived["splices"]:
        need(position <= offset and offset + removed <= len(base), "a splice")
        result += base[position:offset] + inserted
        position = offset + removed
    return result + base[position:]


@dataclass
class Exchange:
    index: int
    received: bytes | None = None
    sent: list[bytes] = field(default_factory=list)
    returned: list[bytes] = field(default_factory=list)
    shown: bytes = b""
    content: int = 0
    decisions: list[bytes] = field(default_factory=list)
    end: str = "open"
    caller: dict | None = None

    def add(self, kind: str, record: dict, received: bytes | None) -> None:
        self.caller = self.caller or record.get("caller")
        if kind == "ADMIT":
            self.sent.append(derive(record["sent"], received or b""))
            self.returned.append(b"")
        elif kind == "DECISION":
            self.decisions.append(record["decision"])
        elif kind == "CHUNK":
            self.returned[-1] += record["returned"]
            self.shown += derive(record["shown"], record["returned"]) if "shown" in record else record["returned"]
            self.content = len(self.shown)
        elif kind == "SHOWN":
            self.shown += record["bytes"]
        elif kind == "REFUSED":
            self.shown += record["shown"]
            self.end = "refused"
        elif kind in ("COMPLETE", "ABORT", "CUT_ABORT"):
            self.end = {"COMPLETE": "complete", "ABORT": "abort", "CUT_ABORT": "cut"}[kind]
            # What was durable and not yet handed over was never shown; what the gate itself said stands behind it.
            handed = min(record["shown"], self.content)
            self.shown = self.shown[:handed] + self.shown[self.content :]
