"""Proves that the gate drops for exactly those whom an order covers, new requests and open streams alike, that the
order outlives bundles, restarts and a dead console, and that two natural persons reopen it and nobody else."""

import json
import os
import signal
import threading
import time

import anthropic
import openai
import pytest
import yaml
from jsonschema import Draft202012Validator

from bundles import replaced, variant
from cuts import cut, nanoseconds, order, paper, reopen
from installation import CHAT, MESSAGES, ROOT
from prompts import CLAUDE, DEEPSEEK, GPT, MINI, SONNET, ask, mark, user
from recorded import Reference
from waiting import eventually

GB, HK, US = "p-gb-banker", "p-hk-banker", "p-us-banker"
MODELS = {CLAUDE: MESSAGES, SONNET: MESSAGES, GPT: CHAT, MINI: CHAT, DEEPSEEK: CHAT}
BANK = {
    entry["id"]: entry
    for entry in yaml.safe_load((ROOT / "examples" / "bank" / "deployments.yaml").read_text())["deployments"]
}
PEOPLE = {entry["id"]: entry for entry in yaml.safe_load((ROOT / "examples" / "people.yaml").read_text())["people"]}
DEVELOPERS = {CLAUDE: "anthropic", SONNET: "anthropic", GPT: "openai", MINI: "openai", DEEPSEEK: "deepseek"}


def covers(scope: dict, person: dict, deployment: dict) -> bool:
    """The order's words, read by this test: joined by and, the unknown counts as covered."""
    vendors = {deployment["operator"], DEVELOPERS[deployment["model"]]}
    return all(
        [
            scope.get("vendor") in {None, *vendors},
            scope.get("model") in (None, deployment["model"]),
            scope.get("channel") in (None, deployment["channel"]),
            scope.get("territory") in (None, person["site"]),
            scope.get("class") in (None, person.get("person_class", scope.get("class"))),
        ]
    )


def outcomes(demo, people=PEOPLE) -> dict[tuple[str, str], str]:
    """For every person and model: the deployment that serves, or the refusal's code."""
    found = {}
    for person in people:
        for model, target in MODELS.items():
            answer = demo.ask(person, target, ask(model, "hello", tokens=1))
            served = answer.header("portcullis-served-by")
            found[person, model] = served if answer.status == 200 else answer.refusal["code"]
    return found


def allowed(demo) -> dict[tuple[str, str], list[str]]:
    """The deployments that may serve each person and model, in their order, by asking with the others cut away."""
    ways: dict[tuple[str, str], list[str]] = {}
    for pair, served in outcomes(demo).items():
        if served in BANK:
            ways[pair] = [served]
    with cut(demo, vendor="microsoft"):
        for pair, served in outcomes(demo).items():
            if served in BANK and served not in ways.get(pair, []):
                ways[pair].append(served)
    with cut(demo, channel="direct"):
        for pair, served in outcomes(demo).items():
            if served in BANK and served not in ways.get(pair, []):
                ways[pair].append(served)
    return {pair: sorted(found, key=lambda name: BANK[name]["rank"]) for pair, found in ways.items()}


@pytest.fixture(scope="module")
def ways(demo):
    return allowed(demo)


SCOPES = [
    {"vendor": "anthropic", "territory": "HK"},
    {"model": GPT, "class": "us_person"},
    {"vendor": "openai", "territory": "HK"},
    {"channel": "foundry", "territory": "GB"},
    {"vendor": "microsoft", "class": "foreign"},
    {"model": CLAUDE},
    {"territory": "SG"},
]


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: " ".join(scope.values()))
def test_exactly_those(demo, ways, scope):
    """Fifteen people and five models, before and after: whoever is covered loses that way and no other."""
    before = outcomes(demo)
    with cut(demo, **scope) as receipt:
        during = outcomes(demo)
        if scope == {"vendor": "anthropic", "territory": "HK"}:
            refusal = demo.ask(HK, MESSAGES, ask(CLAUDE, "hello")).refusal
            assert refusal["code"] == "cut" and receipt["cut"] in {rule["id"] for rule in refusal["rules"]}
    expected = {}
    for (person, model), was in before.items():
        left = [name for name in ways.get((person, model), []) if not covers(scope, PEOPLE[person], BANK[name])]
        hit = any(
            covers(scope, PEOPLE[person], deployment) for deployment in BANK.values() if deployment["model"] == model
        )
        expected[person, model] = left[0] if left else "cut" if hit else was
    assert during == expected
    assert outcomes(demo) == before
    assert during != before


def test_an_unknown_place_counts_as_covered(demo):
    person = {
        "id": "p-nowhere",
        "name": "N. Where",
        "title": "Traveller",
        "entity": "meridian-sg",
        "roles": ["employee"],
        "person_class": "foreign",
    }
    demo.api("PUT", "/api/people", {"people": [person], "accounts": [{"id": "a-nowhere", "person": "p-nowhere"}]})
    key = demo.mint("a-nowhere")
    eventually(lambda: demo.ask(key, CHAT, ask(GPT, "hello")).status == 200, 5)
    with cut(demo, vendor="openai", territory="HK"):
        assert demo.ask(key, CHAT, ask(GPT, "hello")).refusal["code"] == "cut"
        # A network of which nobody knows where it is, is no better than none.
        assert demo.ask(key, CHAT, ask(GPT, "hello"), source="127.0.8.1").refusal["code"] == "cut"
        # An office elsewhere is.
        assert demo.ask(key, CHAT, ask(GPT, "hello"), source="127.0.4.1").status == 200
        # A conflict holds both places.
        assert demo.ask(GB, CHAT, ask(GPT, "hello"), source="127.0.1.1").refusal["code"] == "cut"
        assert demo.ask(GB, CHAT, ask(GPT, "hello")).status == 200
    eventually(lambda: demo.ask(key, CHAT, ask(GPT, "hello")).status == 200, 5)


@pytest.mark.parametrize(
    "kind, status", [("precaution", 403), ("contract_clause", 403), ("directive", 451), ("law", 451)]
)
def test_an_order_of_the_law_says_so(demo, kind, status):
    with cut(demo, "--basis-kind", kind, model=MINI) as receipt:
        with pytest.raises(openai.APIStatusError) as caught:
            demo.openai(GB).chat.completions.create(model=MINI, messages=user("hello"))
        assert caught.value.status_code == status and caught.value.response.headers["x-should-retry"] == "false"
        refusal = caught.value.body["portcullis"]
        assert [rule["authority"]["type"] for rule in refusal["rules"] if rule["id"] == receipt["cut"]] == [kind]
        assert "Letter of counsel" in json.dumps(refusal) and GPT in {
            other["model"] for other in refusal["alternatives"]
        }


def test_the_receipt(demo):
    check = Draft202012Validator(json.loads((ROOT / "schema" / "receipt.schema.json").read_text()))
    with cut(demo, model=SONNET) as receipt:
        again = demo.json("receipt", receipt["cut"])
        assert list(check.iter_errors(receipt)) == [] == list(check.iter_errors(again))
        assert {node["node"]: node["state"] for node in again["nodes"] if node["node"] != "console"} == {
            node: "acknowledged" for node in demo.demo["nodes"] if node != "console"
        }
        assert again["ordered_by"] == {"uid": os.getuid()}
        # Nobody obeys an order that is not yet durable, but for the clock's grain.
        durable = nanoseconds(again["recorded"]["durable_at"])
        assert all(nanoseconds(node["applied_at"]) - durable < 1_000_000_000 for node in again["nodes"])
        listed = demo.api("GET", "/api/cuts")["items"]
        assert receipt["cut"] in {other["cut"] for other in listed}
        assert demo.api("GET", "/api/status")["cuts_in_force"] >= 1
        acknowledged = [act["about"]["cut"] for act in demo.ledgers.acts("CUT_ACK")]
        assert acknowledged.count(receipt["cut"]) >= len(demo.pids["gateways"])
        for word in [receipt["cut"], SONNET, "gw1"]:
            assert word in demo.run("receipt", receipt["cut"]).stdout
    after = demo.json("receipt", receipt["cut"])
    assert not after["in_force"] and after["reopened_at"]
    assert [signature["person"] for signature in after["signatures"]] == ["p-hk-duty", "p-gb-duty"]


def test_bad_orders_do_nothing(demo, tmp_path):
    before = len(demo.api("GET", "/api/cuts")["items"])
    good = ["--reason", "x", "--basis", paper(demo)]
    for arguments in [
        good,
        ["--vendor", "anthropic", "--basis", paper(demo)],
        ["--vendor", "anthropic", "--reason", "x"],
        ["--territory", "Hongkong", *good],
        ["--class", "martian", *good],
        ["--channel", "tube", *good],
        ["--vendor", "anthropic", "--reason", "x", "--basis", tmp_path / "none"],
        ["--vendor", "anthropic", "--reason", " ", "--basis", paper(demo)],
        ["--vender", "anthropic", *good],
    ]:
        done = demo.run("cut", *arguments, expect=None)
        assert done.returncode in (1, 2, 3) and done.stderr.strip(), arguments
    assert len(demo.api("GET", "/api/cuts")["items"]) == before


def test_two_persons_reopen_and_nobody_else(demo):
    receipt = order(demo, model=MINI)
    denied = lambda: demo.ask(GB, CHAT, ask(MINI, "hello")).status == 403
    (emergency,) = demo.people["p-hk-duty"].other_keys
    try:
        assert demo.run("reopen", receipt["cut"], "--key", demo.key(GB), expect=1).stderr
        assert demo.run("reopen", "cut-that-never-was", "--key", demo.key("p-gb-duty"), expect=1).stderr
        assert denied()
        demo.run("reopen", receipt["cut"], "--key", demo.key("p-hk-duty"))
        assert denied()
        # The same natural person with another account and key.
        again = demo.run("reopen", receipt["cut"], "--key", emergency["api_key"], expect=1)
        assert "person" in again.stderr
        fault = demo.api("POST", f"/api/cuts/{receipt['cut']}/signatures", {}, who=emergency["api_key"], expect=409)
        assert fault["code"] == "same_person" and denied()
        assert demo.json("receipt", receipt["cut"])["in_force"]
    finally:
        demo.run("reopen", receipt["cut"], "--key", demo.key("p-gb-duty"))
    eventually(lambda: demo.ask(GB, CHAT, ask(MINI, "hello")).status == 200, 2)
    assert len(demo.ledgers.acts("REOPEN")) >= 2


def test_no_bundle_lifts_a_cut(demo, tmp_path):
    other = variant(tmp_path / "bank", ("bundle.yaml", replaced("an invented bank.", "an invented bank, again.")))
    with cut(demo, model=MINI):
        demo.activate(other)
        try:
            assert demo.ask(GB, CHAT, ask(MINI, "hello")).refusal["code"] == "cut"
        finally:
            demo.activate(ROOT / "examples" / "bank")
        assert demo.ask(GB, CHAT, ask(MINI, "hello")).refusal["code"] == "cut"


class Reader(threading.Thread):
    """Reads one stream through an official client to its end, good or bad."""

    def __init__(self, demo, who: str, model: str, tokens: int) -> None:
        super().__init__()
        self.text, self.error, self.pieces = mark(), None, 0
        self.begun = threading.Event()
        request = {"model": model, "messages": user(self.text), "max_tokens": tokens, "stream": True}
        if MODELS[model] == MESSAGES:
            self.stream = demo.anthropic(who, max_retries=0).messages.create(**request)
        else:
            self.stream = demo.openai(who, max_retries=0).chat.completions.create(**request)
        self.reference = self.stream.response.headers["portcullis-ref"]
        self.start()

    def run(self) -> None:
        try:
            for _ in self.stream:
                self.pieces += 1
                if self.pieces == 5:
                    self.begun.set()
        except (openai.APIError, anthropic.APIError) as error:
            self.error = error

    @property
    def refusal(self) -> dict:
        body = self.error.body
        return (body.get("error") or body)["portcullis"]


def test_open_streams_end_for_exactly_those(demo):
    """Claude ends for London with an error that the client raises; others, and other models, go on to their last
    word."""
    covered = [Reader(demo, who, CLAUDE, 3000) for who in (GB, "p-gb-usperson", "p-gb-unknown")]
    others = [Reader(demo, US, CLAUDE, 150), Reader(demo, GB, GPT, 150), Reader(demo, HK, GPT, 150)]
    raw = demo.stream(GB, MESSAGES, ask(CLAUDE, "raw", tokens=3000, stream=True))
    raw.read_until(b"tok5")
    assert all(reader.begun.wait(10) for reader in covered + others)
    with cut(demo, vendor="anthropic", territory="GB") as receipt:
        for reader in covered:
            reader.join(5)
            assert not reader.is_alive() and reader.refusal["code"] == "cut"
            assert receipt["cut"] in {rule["id"] for rule in reader.refusal["rules"]}
        rest = raw.rest()
    for reader in others:
        reader.join(20)
        assert reader.error is None and reader.pieces >= 150
    # The last bytes are the error event; the body lacks its last chunk.
    assert raw.end == "closed" and rest.split(b"event: ")[-1].startswith(b"error\ndata: ")
    assert sum(node["streams"] or 0 for node in receipt["nodes"]) == 4
    for reader in covered:
        theirs = demo.vendors["anthropic"].exchange(reader.text)
        assert theirs.outcome == "client reset"
        story = demo.story(reader.reference)
        assert story.exchange.end == "cut" and story.one("CUT_ABORT")["cut"] == receipt["cut"]
        assert f"cut:{receipt['cut']}" in story.decisions[-1]["grounds"]
    for reader in others:
        assert demo.story(reader.reference).exchange.end == "complete"


def test_the_ledger_says_what_was_seen_of_a_cut_stream(demo):
    """To the byte: pieces that were recorded and not yet handed over when the order came were never shown."""
    streams = [demo.stream(GB, MESSAGES, ask(CLAUDE, mark(), tokens=3000, stream=True)) for _ in range(40)]
    begun = [stream.read_until(b"tok5") for stream in streams]
    with cut(demo, vendor="anthropic", territory="GB"):
        rest = [stream.rest() for stream in streams]
    for stream, first, second in zip(streams, begun, rest):
        assert stream.end == "closed" and demo.story(stream.reference).exchange.shown == first + second


def test_a_whole_answer_that_is_awaited_is_cut(demo):
    """Nothing of it reaches the client, however far it came."""
    text, answers = mark(), []
    with demo.vendors["meridian"].playing({"match": {"text": text}, "play": {"delay_head_ms": 20_000}}):
        waiting = threading.Thread(target=lambda: answers.append(demo.ask(GB, CHAT, ask(DEEPSEEK, text))))
        waiting.start()
        eventually(lambda: demo.vendors["meridian"].exchanges(text), 5)
        with cut(demo, model=DEEPSEEK):
            waiting.join(5)
            assert not waiting.is_alive()
    (answer,) = answers
    assert answer.status == 403 and answer.refusal["code"] == "cut" and b"sha256:" not in answer.body
    assert demo.vendors["meridian"].exchange(text).outcome == "client reset"


def test_a_cut_moves_an_alias_on(demo):
    with cut(demo, vendor="openai"):
        answer = demo.ask(GB, CHAT, ask("best", "hello"))
        assert answer.header("portcullis-served-by") == "deepseek-v4-pro-inside"
        assert {hop["outcome"] for hop in demo.story(answer).all("HOP")} <= {"cut", "denied", "wrong_endpoint"}


def test_a_cut_outlives_a_restart(install):
    bank = install().start()
    receipt = order(bank, model=MINI)
    assert bank.stop() == 0
    bank.start()
    assert bank.ask(GB, CHAT, ask(MINI, "hello")).refusal["code"] == "cut"
    bank.run("reopen", receipt["cut"], "--key", bank.key("p-hk-duty"))
    assert bank.stop(signal.SIGKILL) != 0
    eventually(lambda: not any(alive(pid) for pid in bank.demo["pids"]["gateways"]), 10)
    bank.start()
    assert bank.ask(GB, CHAT, ask(MINI, "hello")).refusal["code"] == "cut"
    bank.run("reopen", receipt["cut"], "--key", bank.key("p-gb-duty"))
    assert bank.ask(GB, CHAT, ask(MINI, "hello")).status == 200


def alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("how", ["silent", "dead"])
def test_a_cut_does_not_need_the_console(install, how):
    bank = install().start()
    console = bank.pids["console"]
    reader = Reader(bank, GB, CLAUDE, 3000)
    assert reader.begun.wait(10)
    if how == "silent":
        os.kill(console, signal.SIGSTOP)
    else:
        os.kill(bank.process.pid, signal.SIGSTOP)  # The supervisor would start another.
        os.kill(console, signal.SIGKILL)
    try:
        began = time.monotonic()
        receipt = bank.json("cut", "--vendor", "anthropic", "--reason", "Now", "--basis", paper(bank))
        reader.join(5)
        assert time.monotonic() - began < 10, "an order to stop does not wait"
        assert not reader.is_alive() and reader.refusal["code"] == "cut"
        assert {node["node"] for node in receipt["nodes"] if node["applied_at"]} == set(bank.demo["nodes"])
        assert bank.ask(GB, MESSAGES, ask(CLAUDE, "hello")).refusal["code"] == "cut"
    finally:
        os.kill(console if how == "silent" else bank.process.pid, signal.SIGCONT)
    # The console learns of it, and two persons reopen it there.
    eventually(
        lambda: bank.run("receipt", receipt["cut"], expect=None).returncode == 0, 20, "the console to know the cut"
    )
    reopen(bank, receipt["cut"])
    eventually(lambda: bank.ask(GB, MESSAGES, ask(CLAUDE, "hello")).status == 200, 5)


def test_what_waits_for_its_record_is_decided_again(install):
    """Requests whose records wait for room while the cut comes: none of them reaches the vendor after the last node's
    word, whatever they were permitted before."""
    bank = install().start()
    text = mark()
    body = ask("best", text + " lorem ipsum" * 12_000, tokens=5)
    answers, done = [], threading.Event()

    def go_on() -> None:
        while not done.is_set():
            answers.append(bank.ask(HK, CHAT, body))

    threads = [threading.Thread(target=go_on) for _ in range(24)]
    for thread in threads:
        thread.start()
    eventually(lambda: len(answers) > 20, what="answers before the cut")
    receipt = bank.json("cut", "--vendor", "microsoft", "--reason", "Now", "--basis", paper(bank))
    done.set()
    for thread in threads:
        thread.join()
    answers.append(bank.ask(HK, CHAT, body))
    applied = {node["node"]: nanoseconds(node["applied_at"]) for node in receipt["nodes"]}
    served = [answer for answer in answers if "foundry" in (answer.header("portcullis-served-by") or "")]
    others = [answer for answer in answers if answer not in served]
    assert served and others, "the cut came while they waited"
    stories = bank.ledgers.stories()
    for answer in served:
        at = Reference.read(answer.reference)
        shown = [frame.wall for kind, frame, _ in stories[f"{at.folder}/{at.index}"].records if kind == "CHUNK"]
        node = at.folder.partition("/")[0]
        assert max(shown) < applied[node], f"{answer.reference} was answered after the word of {node}"
