"""Every list of /api over a control store of the size of a bank: how long a page takes."""

from __future__ import annotations

import http.client
import json
import sqlite3
import time
from urllib.parse import quote, urlsplit

from demo import Demo
from figures import Figures
from measures import progress

PEOPLE, KEYS = 300_000, 400_000
ENTITIES = ["meridian-hk", "meridian-uk", "meridian-us", "meridian-sg", "meridian-cn"]
FIRST = ["Amara", "Chan", "Daniel", "Grace", "Li", "Mei", "Ng", "Petra", "Rachel", "Simon", "Tan", "Zoë"]
RARE = ["compliance", "legal", "security", "records", "data_owner"]


def fill(demo: Demo, people: int, keys: int) -> None:
    """Past the console, which would take each call's flush; gateways look at `changes` and see nothing of it."""
    store = sqlite3.connect(demo.data / "control" / "control.sqlite", timeout=60)

    def person(number: int) -> tuple:
        roles = "employee" if number % 200 else "employee," + RARE[number // 200 % len(RARE)]
        name = f"{FIRST[number * 7 % len(FIRST)]} {number:06}"
        return f"x-{number:06}", name, "Analyst", ENTITIES[number % len(ENTITIES)], roles, int(number % 50 > 0)

    with store:
        store.executemany(
            "INSERT INTO people (id, name, title, entity, site, classes, roles, designations, active)"
            " VALUES (?, ?, ?, ?, NULL, 3, ?, '', ?)", (person(number) for number in range(people)))
        store.executemany(
            "INSERT INTO accounts (id, person, accountable, active) VALUES (?, ?, ?, 1)",
            ((f"a-{number:06}", f"x-{number:06}", f"x-{number:06}") for number in range(people)))
        store.executemany(
            "INSERT INTO keys (id, digest, account, use_case, owner, created, revoked) VALUES (?, ?, ?, 'general', ?, 0, ?)",
            ((f"{number:010}", number.to_bytes(32, "big"), f"a-{number % people:06}", f"x-{number % people:06}",
              None if number % 10 else 1) for number in range(keys)))
        store.executemany(
            "INSERT INTO evidence (person, kind, source, hop, id, country, observed, anonymizer, network)"
            " VALUES (?, 'badge_in', 'badge-demo', '', 'e', 'HK', 1, 0, 'fixed')",
            ((f"x-{number:06}",) for number in range(people)))
        store.executemany(
            "INSERT INTO alerts (at, kind, person, detail) VALUES (?, ?, ?, 'x')",
            ((number, f"kind_{number % 20}", f"x-{number % people:06}") for number in range(100_000)))
    store.close()


def targets(people: int) -> list[str]:
    """Each list with each filter, from its beginning, its middle and near its end."""
    plain = ["people", "accounts", "keys", "sessions", "evidence", "alerts", "cuts", "models", "use-cases", "ledger/logs"]
    middle, end = f"x-{people // 2:06}", f"x-{people - 30:06}"
    filters = [
        *(f"people?entity={entity}" for entity in ENTITIES[:2]), *(f"people?role={role}" for role in ["employee", *RARE[:2]]),
        "people?active=true", "people?active=false", "people?q=x-1", "people?q=grace", "people?q=z", "people?q=" + quote("Zoë 2"),
        "people?entity=meridian-hk&role=legal&active=true", "people?entity=meridian-uk&q=a&active=false",
        "people?role=security&q=x-", f"accounts?person={middle}", f"keys?account=a-{people // 2:06}", f"keys?owner={end}",
        "keys?state=active", "keys?state=revoked", "keys?state=expired", f"evidence?person={middle}", "alerts?kind=kind_3",
        f"alerts?person={end}", "alerts?since=2026-01-01T00:00:00Z",
    ]
    every = [f"{path}?limit=500" for path in plain] + [f"{path}&limit=500" for path in filters]
    for place in (middle, end):
        every += [f"{target}&after={place.encode().hex()}" for target in every[:] if target.startswith("people")
                  and "after" not in target]
    return ["/api/" + target for target in every]


def lists(figures: Figures, rounds: int, part: int = 1) -> None:
    """- Parameter part: of how many is filled in one, for a short walk."""
    progress("lists of /api")
    people, keys = PEOPLE // part, KEYS // part
    with Demo() as demo:
        fill(demo, people, keys)
        address = urlsplit(demo.facts["console_url"])
        console = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
        headers = {"authorization": "Bearer " + demo.facts["admin_token"]}
        took: dict[str, list[float]] = {}
        for _ in range(rounds):
            for target in targets(people):
                began = time.perf_counter()
                console.request("GET", target, headers=headers)
                answer = console.getresponse()
                body = answer.read()
                took.setdefault(target, []).append((time.perf_counter() - began) * 1e3)
                if answer.status != 200 or "items" not in json.loads(body):
                    raise SystemExit(f"{target}: {answer.status} {body[:200]!r}")
    p95 = {target: sorted(times)[int(len(times) * 0.95)] for target, times in took.items()}
    slowest = max(p95, key=lambda target: p95[target])
    print(f"the slowest list is {slowest}: {p95[slowest]:.1f} ms")
    figures.add("list_p95_ms", list(p95.values()))
