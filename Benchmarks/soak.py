#!/usr/bin/env python3
"""Load for MINUTES (60) while memory and descriptors of the gateways are watched: after the first tenth of the time
they must be flat. Whole answers, streams read to their end and streams left in the middle, in turn.

usage: [MINUTES=60] soak.py
"""

from __future__ import annotations

import os
import sys
import time

from demo import Demo, descriptors, resident_bytes
from wire import Connection, Streams, request

CHAT = "/v1/chat/completions"
LOOKS = 60
# What may come and go: caches that fill, a segment more that is being prepared.
MEMORY_ALLOWED = 48 << 20
DESCRIPTORS_ALLOWED = 64
CONTENT = b'"content":"'


def body(tokens: int, stream: bool) -> dict:
    return {
        "model": "deepseek-v4-pro", "max_tokens": tokens, "stream": stream,
        "messages": [{"role": "user", "content": "soak " * 100}]}


def load(demo: Demo, until: float) -> int:
    """Until then; how many exchanges there were."""
    headers = {"authorization": f"Bearer {demo.key('GB')}"}
    whole = request(CHAT, headers, body(20, False))
    streamed = request(CHAT, headers, body(25, True))
    count = 0
    while time.monotonic() < until:
        connection = Connection(demo.address)
        for _ in range(200):
            connection.ask(whole)
        connection.close()
        streams = Streams(CONTENT)
        streams.open(50, demo.address, streamed)
        streams.read_until(lambda: all(each.is_over for each in streams.all), 20)
        streams.close()
        left = Streams(CONTENT)
        left.open(50, demo.address, streamed)
        left.read_until(lambda: all(each.first or each.is_over for each in left.all), 20)
        left.close()
        count += 300
    return count


def look(demo: Demo) -> tuple[int, int]:
    pids = demo.gateways()
    return sum(resident_bytes(pid) for pid in pids), sum(descriptors(pid) for pid in pids)


def main() -> int:
    minutes = float(os.environ.get("MINUTES", "60"))
    exchanges, looks = 0, []
    with Demo() as demo:
        first = demo.gateways()
        began = time.monotonic()
        for number in range(1, LOOKS + 1):
            exchanges += load(demo, began + minutes * 60 * number / LOOKS)
            looks.append(look(demo))
            print(f"{(time.monotonic() - began) / 60:6.1f} min  {looks[-1][0] >> 10:9} KiB  {looks[-1][1]:5} descriptors",
                  flush=True)
        if demo.gateways() != first:
            print("a gateway ended and was started again", file=sys.stderr)
            return 1
        demo.run("status")
    settled = looks[LOOKS // 10:]
    memory = settled[-1][0] - settled[0][0]
    files = settled[-1][1] - settled[0][1]
    print(f"{exchanges} exchanges; memory {memory / 1024:+.0f} KiB, descriptors {files:+d} since the first tenth")
    return 1 if memory > MEMORY_ALLOWED or files > DESCRIPTORS_ALLOWED else 0


if __name__ == "__main__":
    sys.exit(main())
