"""Proves that an installation outlives its disk: a backup is made under traffic, the data folder is deleted, the backup
restored; it starts and serves, old records read and verify, cut-offs hold, and nothing that was published after the
backup is contradicted. A changed, half or too old backup is refused."""

import json
import shutil
import stat
import subprocess
from pathlib import Path

import jsonschema
import pytest

from cuts import order
from installation import BINARY, CHAT, ROOT
from prompts import GPT, MINI, ask, mark
from recorded import Reference
from load import Load
from verifying import verify
from waiting import eventually

GB = "p-gb-banker"


def portcullis(*arguments: object, expect: int = 0) -> subprocess.CompletedProcess:
    done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=120)
    assert done.returncode == expect, f"{done.returncode}: {done.stdout}{done.stderr}"
    return done


@pytest.fixture
def passphrase(tmp_path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text("correct horse battery staple\n")
    path.chmod(0o600)
    return path


def back_up(bank, to: Path, passphrase: Path) -> dict:
    done = portcullis("backup", "--data", bank.data, "--to", to, "--passphrase-file", passphrase, "--json")
    return json.loads(done.stdout)


def restore(backup: Path, data: Path, passphrase: Path, *options: object, expect: int = 0):
    return portcullis(
        "restore", "--from", backup, "--data", data, "--passphrase-file", passphrase, "--json", *options, expect=expect
    )


def checkpoints(data: Path) -> dict[str, tuple[int, str]]:
    """Size and root of every log's newest checkpoint, by origin."""
    found = {}
    for path in data.glob("ledger/*/*/checkpoint"):
        origin, size, root, *_ = path.read_text().split("\n")
        found[origin] = int(size), root
    return found


def test_the_disk_is_lost(install, tmp_path, passphrase):
    bank = install(PORTCULLIS_WORKERS="2").start()
    order(bank, model=MINI)
    early = [bank.ask(GB, CHAT, ask(GPT, mark())) for _ in range(5)]
    clients = [Load(bank, number) for number in range(4)]
    for client in clients:
        client.start()
    eventually(lambda: sum(len(client.seen) for client in clients) > 60, 30, "load")
    made = back_up(bank, tmp_path / "backup", passphrase)
    assert made["verified"] and made["records"] > 100 and made["revision"] > 0
    # The backup goes on being true while the installation goes on.
    count = sum(len(client.seen) for client in clients)
    eventually(lambda: sum(len(client.seen) for client in clients) > count + 60, 30, "more load")
    late = bank.ask(GB, CHAT, ask(GPT, mark()))
    for client in clients:
        client.stopped = True
    for client in clients:
        client.join(40)
    key = bank.key(GB)
    assert bank.stop() == 0
    published = checkpoints(bank.data)
    shutil.copytree(bank.data / "ledger", tmp_path / "lost-ledger")
    shutil.rmtree(bank.data)

    # The backup verifies by itself, and shows neither secrets nor names.
    status, report = verify(tmp_path / "backup" / "ledger")
    assert status == 0 and report["good"]
    for path in (tmp_path / "backup").rglob("*"):
        if path.is_file():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
            content = path.read_bytes()
            assert b"p-gb-banker" not in content and b"SQLite format" not in content, path
    manifest = json.loads((tmp_path / "backup" / "manifest.json").read_text())
    assert {"secrets/master.key", "secrets/pepper.key", "control/control.sqlite"} <= {
        entry["path"] for entry in manifest["files"] if entry["sealed"]
    }

    restored = json.loads(restore(tmp_path / "backup", bank.data, passphrase).stdout)
    assert restored["cuts_in_force"] == 1 and len(restored["incarnation"]) == 7
    assert any("log.vkey" in text for text in restored["missing"])
    assert verify(bank.data / "ledger")[0] == 0
    bank.start()
    # Old keys work, the cut-off holds, old records are read.
    assert bank.ask(key, CHAT, ask(GPT, "hello")).status == 200
    assert bank.ask(key, CHAT, ask(MINI, "hello")).refusal["code"] == "cut"
    for answer in early:
        assert bank.story(answer).exchange.shown == answer.body
        assert bank.run("explain", answer.reference).stdout
    assert bank.run("explain", late.reference, expect=None).returncode == 1, "recorded after the backup"
    new = bank.ask(key, CHAT, ask(GPT, "hello"))
    assert Reference.read(new.reference).node.endswith(restored["incarnation"])
    assert new.reference not in {answer.reference for answer in [*early, late]}
    assert bank.stop() == 0
    status, report = verify(bank.data / "ledger")
    assert status == 0 and report["good"]
    # Whoever kept the checkpoints of the lost disk finds no other log under the same name.
    for origin, (size, root) in checkpoints(bank.data).items():
        if origin not in published:
            assert restored["incarnation"] in origin
            continue
        assert size <= published[origin][0]
        assert size < published[origin][0] or root == published[origin][1]
        folder = tmp_path / "lost-ledger" / "/".join(origin.split("/")[-2:])
        assert f"\n{size}\n{root}\n" in "".join(path.read_text() for path in sorted((folder / "checkpoints").iterdir()))
    # A second life from the same backup is a third one's stranger.
    again = json.loads(restore(tmp_path / "backup", tmp_path / "again", passphrase).stdout)
    assert again["incarnation"] != restored["incarnation"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A backup, its passphrase, and a checkpoint that is younger than it."""
    from installation import Installation

    folder = tmp_path_factory.mktemp("made")
    passphrase = folder / "passphrase"
    passphrase.write_text("correct horse battery staple\n")
    passphrase.chmod(0o600)
    with Installation(PORTCULLIS_WORKERS="1") as bank:
        answer = bank.ask(GB, CHAT, ask(GPT, "hello"))
        bank.story(answer)
        (folder / "report.json").write_text(json.dumps(back_up(bank, folder / "backup", passphrase)))
        log = bank.data / "ledger" / Reference.read(answer.reference).folder
        shutil.copy(folder / "backup" / "ledger" / Reference.read(answer.reference).folder / "checkpoint", folder / "old")
        size = int((folder / "old").read_text().split("\n")[1])
        bank.ask(GB, CHAT, ask(GPT, "hello"))
        eventually(lambda: int((log / "checkpoint").read_text().split("\n")[1]) > size, 10)
        shutil.copy(log / "checkpoint", folder / "young")
    return folder


def test_a_checkpoint_says_how_old_a_backup_may_be(made, tmp_path):
    restore(made / "backup", tmp_path / "a", made / "passphrase", "--at-least", made / "old")
    done = restore(made / "backup", tmp_path / "b", made / "passphrase", "--at-least", made / "young", expect=1)
    assert "too old" in done.stderr and "later backup" in done.stderr
    assert not (tmp_path / "b").exists()
    forged = (made / "old").read_text().replace("\n", " \n", 1)
    (tmp_path / "forged").write_text(forged)
    done = restore(made / "backup", tmp_path / "b", made / "passphrase", "--at-least", tmp_path / "forged", expect=3)
    assert "checkpoint" in done.stderr or "no log" in done.stderr


def test_a_full_folder_is_left_alone(made, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("mine")
    done = restore(made / "backup", tmp_path / "full", made / "passphrase", expect=3)
    assert "not empty" in done.stderr
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine"]
    done = portcullis(
        "backup", "--data", tmp_path / "full", "--to", tmp_path / "x", "--passphrase-file", made / "passphrase", expect=3
    )
    assert "no installation" in done.stderr


def test_another_passphrase_opens_nothing(made, tmp_path):
    other = tmp_path / "passphrase"
    other.write_text("correct horse battery stable\n")
    done = restore(made / "backup", tmp_path / "a", other, expect=3)
    assert "chmod 600" in done.stderr
    other.chmod(0o600)
    done = restore(made / "backup", tmp_path / "a", other, expect=1)
    assert "passphrase" in done.stderr and not (tmp_path / "a").exists()
    other.write_text("short\n")
    assert "12 characters" in restore(made / "backup", tmp_path / "a", other, expect=3).stderr


def flip(path: Path, at: int = -1) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    "name", ["secrets/master.key", "control/control.sqlite", "manifest.json", "portcullis.yaml", "ledger", "missing"]
)
def test_a_changed_backup_is_refused(made, tmp_path, name):
    backup = tmp_path / "backup"
    shutil.copytree(made / "backup", backup)
    if name == "ledger":
        # In the middle of a record.
        (segment,) = backup.glob("ledger/gw1/register-*/seg/000000000000")
        flip(segment, 400)
    elif name == "missing":
        (backup / "portcullis.yaml").unlink()
    elif name == "manifest.json":
        text = (backup / name).read_text()
        (backup / name).write_text(text.replace('"revision":', '"revision":1'))
    else:
        flip(backup / name)
    done = restore(backup, tmp_path / "a", made / "passphrase", expect=1)
    assert not (tmp_path / "a").exists() and len(done.stderr.strip().splitlines()) == 1
    assert not list(tmp_path.glob("a.partial*"))


def test_shapes(made, tmp_path):
    """The manifest and both reports are what their schemas say."""

    def check(name: str, value: object) -> None:
        jsonschema.validate(value, json.loads((ROOT / "schema" / name).read_text()))

    check("backup.schema.json", json.loads((made / "backup" / "manifest.json").read_text()))
    check("backup-report.schema.json", json.loads((made / "report.json").read_text()))
    done = restore(made / "backup", tmp_path / "a", made / "passphrase")
    check("backup-report.schema.json", json.loads(done.stdout))
