"""Proves that /api does what its declarations say: one shape of lists and errors, pages, filters, versions, calls that
are done once, and nothing of another person's for whoever has no right to it."""

from __future__ import annotations

import concurrent.futures
import hashlib
import json
import re

import jsonschema
import pytest

from administration import Caller
from installation import CHAT, Installation
from prompts import GPT, ask
from waiting import eventually

EMPLOYEE = "p-gb-banker"


@pytest.fixture(scope="module")
def admin(own: Installation) -> Caller:
    return Caller(own.demo["console_url"], own.demo["admin_token"])


@pytest.fixture(scope="module")
def employee(own: Installation) -> Caller:
    return Caller(own.demo["console_url"], own.key(EMPLOYEE))


@pytest.fixture(scope="module")
def document(own: Installation) -> dict:
    answer = Caller(own.demo["console_url"], None).get("/api/openapi.json")
    assert answer.status_code == 200
    return answer.json()


def operations(document: dict):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def person(identifier: str, **changes) -> dict:
    usual = {"id": identifier, "name": "Jo Lim", "title": "Analyst", "entity": "meridian-sg", "roles": ["employee"]}
    return {**usual, **changes}


# --- The document


def test_the_document_describes_itself(document):
    assert document["openapi"] == "3.1.0"
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names)) >= 30
    for name, schema in document["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert name in json.dumps(document["paths"]) + json.dumps(document["components"]), name
    for reference in re.findall(r'"\$ref": "([^"]+)"', json.dumps(document)):
        assert reference.removeprefix("#/components/schemas/") in document["components"]["schemas"]
    for method, path, operation in operations(document):
        declared = {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "path"}
        assert declared == set(re.findall(r"{(\w+)}", path)), (method, path)


def test_the_socket_serves_the_same(own, document):
    assert own.api("GET", "/api/openapi.json") == document
    assert own.api("GET", "/api/me")["uid"] is not None


# --- Errors


def test_an_error_is_a_problem(admin):
    cases = [
        ("GET", "/api/nothing", {}, 404, "not_found", None),
        ("DELETE", "/api/people", {}, 405, "method_not_allowed", None),
        ("TRACE", "/api/people", {}, 405, "method_not_allowed", None),
        ("GET", "/api/people?limit=501", {}, 400, "bad_field", "limit"),
        ("GET", "/api/people?limit=05", {}, 400, "bad_field", "limit"),
        ("GET", "/api/people?after=xyz", {}, 400, "bad_field", "after"),
        ("GET", "/api/people?role=king", {}, 400, "bad_field", "role"),
        ("GET", "/api/people?colour=red", {}, 400, "bad_field", "query"),
        ("GET", "/api/people?limit=1&limit=2", {}, 400, "bad_field", "limit"),
        ("GET", "/api/people/%FF", {}, 404, "not_found", None),
        ("GET", "/api/people/a%20b", {}, 404, "not_found", None),
        ("GET", "/api/people", {"headers": {"accept": "text/html"}}, 406, "not_acceptable", "accept"),
        ("GET", "/api/people", {"headers": {"accept": "application/json;q=0"}}, 406, "not_acceptable", "accept"),
        ("POST", "/api/keys", {"content": b"{"}, 415, "unsupported_media_type", "content-type"),
        ("POST", "/api/keys", {"content": b"{", "headers": {"content-type": "application/json"}}, 400, "bad_json", None),
        (
            "POST",
            "/api/keys",
            {"content": b" " * ((16 << 20) + 1), "headers": {"content-type": "application/json"}},
            413,
            "too_large",
            "body",
        ),
        ("POST", "/api/keys", {}, 400, "bad_field", "body"),
        ("POST", "/api/keys", {"json": []}, 400, "bad_field", "body"),
        ("POST", "/api/keys", {"json": {"use_case": "general"}}, 400, "bad_field", "account"),
        ("POST", "/api/keys", {"json": {"account": "a", "use_case": "u", "salary": 1}}, 400, "bad_field", "salary"),
        (
            "POST",
            "/api/cuts",
            {"json": {"scope": {"territory": "hk"}, "reason": "x", "basis": {}}},
            400,
            "bad_field",
            "scope.territory",
        ),
    ]
    for method, path, settings, status, code, field in cases:
        answer = admin.call(method, path, **settings)
        assert answer.status_code == status, (method, path, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert (problem["status"], problem["code"], problem["field"]) == (status, code, field), problem
        assert problem["type"].endswith(":" + code) and problem["title"] and problem["detail"]
        assert problem["instance"] == path.split("?")[0]
    assert set(admin.call("DELETE", "/api/people").headers["allow"].split(", ")) == {"GET", "HEAD", "PUT"}


def test_a_fault_of_a_body_has_a_pointer(admin):
    people = [person("p-1"), person("p-2", site="Singapore")]
    problem = admin.call("PUT", "/api/people", {"people": people, "accounts": []}).json()
    assert (problem["field"], problem["pointer"]) == ("people[1].site", "/people/1/site")


def test_head_is_get_without_a_body(admin):
    for path in ["/api/status", "/api/people/" + EMPLOYEE, "/api/openapi.json"]:
        answer = admin.call("HEAD", path)
        assert answer.status_code == 200 and answer.content == b"" and int(answer.headers["content-length"]) > 0


# --- Lists


def test_pages_and_filters(admin):
    people = [person(f"p-page-{n:04}", name=f"{'Zoë' if n % 2 else 'zara'} {n}", active=n % 10 > 0) for n in range(730)]
    for n in range(0, 730, 7):
        people[n] |= {"entity": "meridian-uk", "roles": ["employee", "data_owner"]}
    made = admin.call("PUT", "/api/people", {"people": people, "accounts": []})
    assert made.json() == {"people": 730, "accounts": 0, "changed": 730}

    every = [entry["id"] for entry in admin.every("/api/people")]
    assert every == sorted(every) and len(every) == len(set(every)) and {p["id"] for p in people} <= set(every)
    assert every == [entry["id"] for entry in admin.every("/api/people", limit=7)]

    def ids(**query) -> list[str]:
        found = [entry["id"] for entry in admin.every("/api/people", limit=50, **query)]
        assert found == sorted(found)
        return [identifier for identifier in found if identifier.startswith("p-page-")]

    def wanted(keep) -> list[str]:
        return [entry["id"] for entry in people if keep(entry)]

    assert ids(role="data_owner") == wanted(lambda p: "data_owner" in p["roles"])
    assert ids(entity="meridian-uk") == wanted(lambda p: p["entity"] == "meridian-uk")
    assert ids(active="false") == wanted(lambda p: not p["active"])
    assert ids(q="p-page-07") == wanted(lambda p: p["id"].startswith("p-page-07"))
    assert ids(q="ZARA") == wanted(lambda p: p["name"].startswith("zara"))
    assert ids(q="Zoë") == wanted(lambda p: p["name"].startswith("Zoë"))
    assert ids(role="data_owner", active="true", q="zo", entity="meridian-uk") == wanted(
        lambda p: "data_owner" in p["roles"] and p["active"] and p["name"].startswith("Zo")
    )
    assert ids(role="employee", active="false") == wanted(lambda p: not p["active"])

    # Who loses a role or moves is found by what they are now.
    mover = {**people[0], "roles": ["employee"], "entity": "meridian-sg"}
    admin.call("PUT", "/api/people", {"people": [mover], "accounts": []})
    assert people[0]["id"] not in ids(role="data_owner") + ids(entity="meridian-uk")


def test_keys_by_state_and_holder(own, admin):
    revoked = own.mint("a-gb-analyst", accept=False)[4:14]
    own.api("POST", f"/api/keys/{revoked}/revoke", {})
    mine = {key["id"]: key for key in admin.every("/api/keys", account="a-gb-analyst")}
    assert revoked in mine and {key["account"] for key in mine.values()} == {"a-gb-analyst"}
    assert mine.keys() == {key["id"] for key in admin.every("/api/keys", owner="p-gb-analyst")}
    states = {state: {key["id"] for key in admin.every("/api/keys", state=state)} for state in ("active", "revoked")}
    assert revoked in states["revoked"] and not states["active"] & states["revoked"]
    assert states["active"] | states["revoked"] == {key["id"] for key in admin.every("/api/keys")}
    assert admin.every("/api/keys", state="expired") == []
    assert {a["id"] for a in admin.every("/api/accounts", person="p-hk-duty")} == {"a-hk-duty", "a-hk-duty-emergency"}
    assert [a["id"] for a in admin.every("/api/accounts", person="p-us-owner")] == ["a-us-owner", "s-nightly-summaries"]


def test_other_lists_page_too(own, admin):
    everywhere = ["/api/accounts", "/api/keys", "/api/models", "/api/use-cases", "/api/evidence", "/api/ledger/logs"]
    for path in everywhere:
        whole = admin.every(path)
        assert len(whole) > 2 and admin.every(path, limit=2) == whole, path
    one = admin.every("/api/evidence", person=EMPLOYEE)
    assert one and {entry["person"] for entry in one} == {EMPLOYEE}


# --- Versions


def test_a_thing_has_a_tag_and_no_change_is_lost(admin):
    path = "/api/people/p-tagged"
    made = admin.call("PUT", path, person("p-tagged"))
    assert made.status_code == 201
    got = admin.get(path)
    tag = got.headers["etag"]
    assert tag == made.headers["etag"] and got.json()["name"] == "Jo Lim"
    for value in [tag, "*", f'"other", {tag}', "W/" + tag]:
        unchanged = admin.get(path, headers={"if-none-match": value})
        assert unchanged.status_code == 304 and unchanged.content == b"" and unchanged.headers["etag"] == tag
    assert admin.get(path, headers={"if-none-match": '"other"'}).status_code == 200

    changed = person("p-tagged", title="Director")
    bare = admin.call("PUT", path, changed)
    assert (bare.status_code, bare.json()["code"]) == (409, "exists")
    for condition in [{"if-match": '"other"'}, {"if-none-match": "*"}, {"if-match": "W/" + tag}]:
        refused = admin.call("PUT", path, changed, headers=condition)
        assert (refused.status_code, refused.json()["code"]) == (412, "precondition_failed"), condition
    assert admin.get(path).headers["etag"] == tag
    done = admin.call("PUT", path, changed, headers={"if-match": tag})
    assert done.status_code == 200 and done.headers["etag"] != tag
    assert admin.call("PUT", path, person("p-tagged"), headers={"if-match": tag}).status_code == 412
    absent = admin.call("PUT", "/api/people/p-absent", person("p-absent"), headers={"if-match": "*"})
    assert absent.status_code == 412 and admin.get("/api/people/p-absent").status_code == 404
    assert admin.call("PUT", path, person("p-else"), headers={"if-match": "*"}).json()["code"] == "wrong_state"


def test_of_many_changes_of_one_version_one_counts(admin):
    path = "/api/people/p-raced"
    tag = admin.call("PUT", path, person("p-raced")).headers["etag"]

    def change(number: int) -> int:
        body = person("p-raced", title=f"Title {number}")
        return admin.call("PUT", path, body, headers={"if-match": tag}).status_code

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(change, range(8)))
    assert statuses == [200] + [412] * 7


# --- Calls that are done once


def test_a_call_with_a_key_is_done_once(own, admin):
    order = {"account": "a-gb-analyst", "use_case": "general"}
    before = len(admin.every("/api/keys"))
    headers = {"idempotency-key": "order-1"}
    first = admin.call("POST", "/api/keys", order, headers=headers)
    assert first.status_code == 200
    for _ in range(3):
        again = admin.call("POST", "/api/keys", order, headers=headers)
        assert (again.status_code, again.content) == (200, first.content)
    assert len(admin.every("/api/keys")) == before + 1
    for path, body in [("/api/keys", {**order, "label": "public"}), ("/api/terms", {"date": "2026-01-01", "text": "x"})]:
        other = admin.call("POST", path, body, headers=headers)
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    assert len(admin.every("/api/keys")) == before + 1
    # The key's text, which is in the kept answer, lies nowhere in the clear.
    secret = first.json()["key"][15:55].encode()
    assert [path for path in own.data.rglob("*") if path.is_file() and secret in path.read_bytes()] == []
    # Another caller's key of the same text is another key.
    other = Caller(own.demo["console_url"], own.key("p-sg-platform")).call("POST", "/api/keys", order, headers=headers)
    assert other.status_code == 200 and other.json()["id"] != first.json()["id"]


def test_a_refused_call_may_be_made_again(admin):
    headers = {"idempotency-key": "order-2"}
    wrong = {"account": "a-nobody-yet", "use_case": "general"}
    assert admin.call("POST", "/api/keys", wrong, headers=headers).status_code == 409
    account = {"id": "a-nobody-yet", "person": "p-gb-analyst"}
    admin.call("PUT", "/api/people", {"people": [], "accounts": [account]})
    assert admin.call("POST", "/api/keys", wrong, headers=headers).status_code == 200
    for bad in ["", "x" * 129, "two words"]:
        refused = admin.call("POST", "/api/keys", wrong, headers={"idempotency-key": bad})
        assert (refused.status_code, refused.json()["field"]) == (400, "idempotency-key")


def test_at_once_it_is_done_once(admin):
    order = {"account": "a-gb-analyst", "use_case": "general"}
    before = len(admin.every("/api/keys"))

    def make(_: int) -> tuple[int, bytes]:
        answer = admin.call("POST", "/api/keys", order, headers={"idempotency-key": "order-3"})
        return answer.status_code, answer.content

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(make, range(16)))
    assert {status for status, _ in answers} <= {200, 409}
    assert len({body for status, body in answers if status == 200}) == 1
    assert len(admin.every("/api/keys")) == before + 1


# --- Rights


def test_an_employee_reaches_nothing_of_others(own, admin, employee, document):
    """Every operation of the document, with names of things that exist and are others', and of things that do not."""
    own.ask("p-gb-analyst", CHAT, ask(GPT, "hello"))
    foreign = own.ask("p-gb-analyst", CHAT, ask(GPT, "hello")).reference
    key = own.key("p-gb-analyst")[4:14]
    there = {
        "/api/people/{id}": ("p-gb-analyst", "p-nobody"),
        "/api/accounts/{id}": ("a-gb-analyst", "a-nobody"),
        "/api/keys/{id}": (key, "0000000000"),
        "/api/keys/{id}/revoke": (key, "0000000000"),
        "/api/use-cases/{id}": ("general", "none"),
        "/api/sources/{id}": ("badge-demo", "none"),
        "/api/cuts/{id}": ("cut-1", "cut-2"),
        "/api/cuts/{id}/signatures": ("cut-1", "cut-2"),
        "/api/explain/{ref}": (foreign, "D-gw1-hk-2026-4K7-5F"),
        "/api/ledger/logs/{log}/checkpoint": ("console-control-2026", "console-none-2026"),
        "/api/ledger/records/{ref}": (foreign, "nonsense"),
        "/api/ledger/records/{ref}/proof": (foreign, "nonsense"),
    }
    open_to_all = {"/api/openapi.json", "/api/me", "/api/models", "/api/terms", "/api/keys", "/api/accounts"}
    seen = set()
    for method, path, operation in operations(document):
        seen.add(path)
        if path in open_to_all and method == "GET":
            assert employee.get(path).status_code == 200, path
            continue
        body = {} if "requestBody" in operation else None
        if path == "/api/evidence" and method == "POST" or path == "/api/terms/accept":
            assert employee.call(method, path, body).status_code == 400
            continue
        answers = []
        for name in there.get(path, ("",)):
            answer = employee.call(method, re.sub(r"{\w+}", name, path), body)
            assert answer.status_code in (403, 404), (method, path, answer.text)
            problem = answer.json()
            del problem["instance"]
            answers.append(json.dumps(problem).replace(name or "-", "NAME"))
        assert len(set(answers)) == 1, answers
    assert set(there) <= seen

    assert {entry["owner"] for entry in employee.every("/api/keys")} == {EMPLOYEE}
    assert {entry["person"] for entry in employee.every("/api/accounts")} == {EMPLOYEE}
    assert employee.every("/api/keys", owner="p-gb-analyst") == employee.every("/api/keys", owner="p-nobody") == []
    assert employee.every("/api/accounts", person="p-gb-analyst") == []
    assert employee.get("/api/me").json()["person"]["id"] == EMPLOYEE
    assert employee.get("/api/me").json()["rights"] == []


def test_an_employee_has_what_is_their_own(own, employee):
    mine = own.ask(EMPLOYEE, CHAT, ask(GPT, "hello")).reference
    assert employee.get("/api/explain/" + mine).json()["ref"] == mine
    key = own.mint("a-gb-banker")
    assert employee.get("/api/keys/" + key[4:14]).json()["owner"] == EMPLOYEE
    assert employee.call("POST", f"/api/keys/{key[4:14]}/revoke").json()["revoked"]
    # A key over the socket has its person's rights and no more.
    own.api("GET", "/api/people", who=EMPLOYEE, expect=403)


def test_without_a_key_there_is_one_page(own, document):
    nobody = Caller(own.demo["console_url"], None)
    for method, path, operation in operations(document):
        answer = nobody.call(method, re.sub(r"{\w+}", "x", path), {} if "requestBody" in operation else None)
        expected = 200 if path == "/api/openapi.json" else (400 if path in ("/api/evidence", "/api/terms/accept") else 401)
        if path == "/api/evidence" and method == "GET":
            expected = 401
        assert answer.status_code == expected, (method, path, answer.text)
        if expected == 401:
            assert answer.headers["www-authenticate"] == "Bearer"


# --- The ledger


def test_a_record_is_proved_to_be_in_its_log(own, admin):
    reference = own.ask(EMPLOYEE, CHAT, ask(GPT, "hello")).reference
    record = admin.get("/api/ledger/records/" + reference).json()
    assert (record["ref"], record["type"], record["compartment"]) == (reference, "ADMIT", "content")

    def proof() -> dict | None:
        answer = admin.get(f"/api/ledger/records/{reference}/proof")
        return answer.json() if answer.status_code == 200 else None

    found = eventually(proof, 10, "a checkpoint")
    assert found["leaf_hash"] == record["leaf_hash"]
    place, last = record["index"], found["checkpoint"]["size"] - 1
    value = bytes.fromhex(found["leaf_hash"])
    # RFC 9162 section 2.1.3.2.
    for sibling in map(bytes.fromhex, found["path"]):
        assert last > 0
        if place & 1 or place == last:
            value = hashlib.sha256(b"\x01" + sibling + value).digest()
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            value = hashlib.sha256(b"\x01" + value + sibling).digest()
        place, last = place >> 1, last >> 1
    assert last == 0 and value.hex() == found["checkpoint"]["root"]
    assert str(found["checkpoint"]["size"]) == found["checkpoint"]["note"].split("\n")[1]
    log = admin.get(f"/api/ledger/logs/{record['log']}/checkpoint").json()
    assert log["origin"] == found["checkpoint"]["origin"] and log["size"] >= found["checkpoint"]["size"]
    reads = [act["about"] for act in own.ledgers.acts("READ") if act["about"].get("purpose") == "metadata"]
    assert record["index"] in [read["index"] for read in reads]
