"""Proves the simulator as a program: its byte log agrees with what clients saw, it ends gracefully, a restart
appends, a torn log is read, and 1,000 streams keep their pace."""

import http.client
import json
import os
import random
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time
import urllib.request
from pathlib import Path

import openai
import pytest

from byte_log import Book, records
from simulated import BINARY, KEY, Vendor


def chat(tokens=5, stream=True, text="hi"):
    return {"model": "gpt-5.5", "max_tokens": tokens, "stream": stream, "messages": [{"role": "user", "content": text}]}


def raw_request(vendor, body, headers=()):
    """A socket on which the request is sent."""
    payload = json.dumps(body).encode()
    host, port = vendor.url.removeprefix("http://").rsplit(":", 1)
    connection = socket.create_connection((host, int(port)), timeout=10)
    head = [
        "POST /v1/chat/completions HTTP/1.1", "host: v", f"authorization: Bearer {KEY}", "content-type: application/json",
        f"content-length: {len(payload)}", *headers,
    ]
    connection.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + payload)
    return connection


def test_the_book_agrees_with_random_clients():
    """What 200 random requests sent and read is what the log holds, byte for byte."""
    rng = random.Random(20)
    with Vendor("openai", "--in-band-script", "--tokens-per-second", "1000") as vendor:
        seen = []
        for number in range(200):
            text = "".join(rng.choice("ab字😀é \n\"\\") for _ in range(rng.randrange(200)))
            if rng.random() < 0.3:
                what = rng.choice([{"split_bytes": True, "tokens": 2}, {"end": {"how": "close", "after": 2}}, {"framing": "cr"}])
                text = f"[[simulate: {json.dumps(what)}]]"
            body = json.dumps(chat(rng.randrange(1, 20), rng.random() < 0.5, text)).encode()
            request = urllib.request.Request(
                vendor.url + "/v1/chat/completions", data=body,
                headers={"authorization": f"Bearer {KEY}", "content-type": "application/json", "x-number": str(number)},
            )
            with urllib.request.urlopen(request) as answer:
                try:
                    seen.append((body, answer.read()))
                except http.client.IncompleteRead as short:
                    seen.append((body, short.partial))
        exchanges = [exchange for exchange in vendor.book().exchanges if exchange.header("x-number")]
        assert [(exchange.body, exchange.response_body()) for exchange in exchanges] == seen
        assert {exchange.key for exchange in exchanges} == {"right"}
        assert {exchange.outcome for exchange in exchanges} == {"complete", "scripted close"}
        assert KEY.encode() not in vendor.byte_log.read_bytes()


def test_a_reset_is_seen_when_it_came():
    with Vendor("openai") as vendor:
        connection = raw_request(vendor, chat(tokens=5000))
        while b"tok3 " not in connection.recv(65536):
            pass
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        before = time.time_ns()
        connection.close()
        after = time.time_ns()
        time.sleep(0.2)
        book = vendor.book()
        exchange, ended = book.exchanges[0], book.connections[0]
        assert exchange.outcome == "client reset" and ended.end == "reset by peer"
        assert before < ended.ended_wall_ns < after + 100_000_000
        # Nothing was written after it.
        assert exchange.written[-1].wall_ns <= ended.ended_wall_ns


def test_sigterm_lets_answers_end():
    with Vendor("openai", "--tokens-per-second", "20") as vendor:
        connection = raw_request(vendor, chat(tokens=20))
        connection.recv(100)
        vendor.process.send_signal(signal.SIGTERM)
        received = b""
        while piece := connection.recv(65536):
            received += piece
        assert received.endswith(b"data: [DONE]\n\n\r\n0\r\n\r\n")
        assert vendor.process.wait(5) == 0
        book = Book.read(vendor.byte_log)
        assert book.exchanges[0].outcome == "complete" and "stopped_wall_ns" in book.runs[0]


def test_a_second_signal_cuts():
    with Vendor("openai") as vendor:
        connection = raw_request(vendor, chat(tokens=5000))
        connection.recv(100)
        vendor.process.send_signal(signal.SIGTERM)
        time.sleep(0.1)
        vendor.process.send_signal(signal.SIGTERM)
        assert vendor.process.wait(2) == 0
        book = Book.read(vendor.byte_log)
        assert book.exchanges[0].outcome == "stopped" and book.connections[0].end == "reset"


def test_a_restart_appends_and_a_torn_end_is_passed_over():
    with Vendor("openai", "--tokens-per-second", "1000") as vendor:
        for _ in range(2):
            raw_request(vendor, chat(), ["connection: close"]).makefile("rb").read()
            vendor.ask("POST", "/_simulator/flush")
            vendor.stop(signal.SIGKILL)
            # As if the machine had lost the end of the last record.
            os.truncate(vendor.byte_log, vendor.byte_log.stat().st_size - 7)
            vendor.start()
        raw_request(vendor, chat(), ["connection: close"]).makefile("rb").read()
        book = vendor.book()
        chats = [exchange for exchange in book.exchanges if exchange.target == "/v1/chat/completions"]
        assert [exchange.run for exchange in chats] == [0, 1, 2] and len(book.runs) == 3
        assert all(exchange.response_body().endswith(b"data: [DONE]\n\n") for exchange in chats)


def test_every_cut_of_the_file_is_read_up_to_it():
    with Vendor("openai", "--tokens-per-second", "1000") as vendor:
        raw_request(vendor, chat(3), ["connection: close"]).makefile("rb").read()
        vendor.stop()
        data = vendor.byte_log.read_bytes()
    whole = list(records(data))
    ends = [sum(36 + len(record.payload) for record in whole[: count + 1]) for count in range(len(whole))]
    for cut in range(len(data)):
        assert len(list(records(data[:cut]))) == sum(end <= cut for end in ends)


@pytest.mark.parametrize(
    "options, sentence, status",
    [
        (["--vendor", "openai"], "--listen is missing", 2),
        (["--vendor", "openai", "--listen", "127.0.0.1:0", "--api-key-file", "/nowhere", "--byte-log", "/tmp/x"], "/nowhere", 3),
        (["--vendor", "openai", "--listen", "1.2.3.4:5", "--api-key-file", "KEY", "--byte-log", "/tmp/x"], "is not an address", 3),
        (["--vendor", "openai", "--listen", "127.0.0.1:0", "--api-key-file", "KEY", "--byte-log", "/nowhere/x"], "/nowhere/x", 3),
        (
            ["--vendor", "openai", "--listen", "127.0.0.1:0", "--api-key-file", "KEY", "--byte-log", "/tmp/x", "--script", "KEY"],
            "this is not JSON", 2,
        ),
    ],
)
def test_a_bad_start_is_one_clear_line(tmp_path, options, sentence, status):
    key = tmp_path / "key"
    key.write_text("sk-1")
    run = subprocess.run(
        [BINARY, "simulate", *[str(key) if option == "KEY" else option for option in options]], capture_output=True, text=True,
        timeout=10,
    )
    assert run.returncode == status and sentence in run.stderr and len(run.stderr.splitlines()) == 1


def test_a_lost_book_ends_the_simulator(tmp_path):
    """On /dev/full no record can be written: the simulator says so and ends by itself."""
    key = tmp_path / "key"
    key.write_text("sk-1")
    run = subprocess.run(
        [BINARY, "simulate", "--vendor", "openai", "--listen", "127.0.0.1:0", "--api-key-file", key, "--byte-log", "/dev/full"],
        capture_output=True, text=True, timeout=10,
    )
    assert run.returncode == 3 and "the byte log is lost: cannot write /dev/full" in run.stderr


def test_a_script_file_plays():
    with Vendor("openai") as vendor:
        script = Path(vendor.folder.name) / "script.json"
        script.write_text(json.dumps({"rules": [{"match": {"nth": 1}, "play": {"status": {"code": 503}}}]}))
        vendor.stop()
        vendor.options = ("--script", str(script))
        vendor.start()
        client = openai.OpenAI(base_url=vendor.url + "/v1", api_key=KEY, max_retries=1)
        assert client.chat.completions.create(**chat(stream=False)).usage.completion_tokens == 5
        assert [exchange.outcome for exchange in vendor.book().exchanges[:2]] == ["complete", "complete"]
        assert vendor.book().exchanges[0].play == {"status": {"code": 503}}


def test_a_stream_comes_at_its_pace():
    """50 tokens a second: the first at once, then one every 20 ms by the log's own clock."""
    with Vendor("openai") as vendor:
        raw_request(vendor, chat(100), ["connection: close"]).makefile("rb").read()
        exchange = vendor.book().exchanges[0]
        tokens = [piece for piece in exchange.written if b'"content":"' in piece.data and b'"role"' not in piece.data]
        times = [piece.monotonic_ns - tokens[0].monotonic_ns for piece in tokens]
        assert len(tokens) == 100
        assert tokens[0].wall_ns - exchange.wall_ns < 20_000_000
        late = [time - 20_000_000 * number for number, time in enumerate(times)]
        # Each by the clock, whatever the one before was: lateness does not add up.
        assert sorted(late)[50] < 5_000_000 and late[-1] < 20_000_000 and min(late) > -5_000_000


@pytest.mark.skipif(not shutil.which("cc"), reason="no C compiler")
def test_a_thousand_streams_keep_their_pace(tmp_path):
    program = tmp_path / "stream_load"
    subprocess.run(["cc", "-O2", "-o", program, Path(__file__).with_name("stream_load.c")], check=True)
    with Vendor("openai") as vendor:
        port = vendor.url.rsplit(":", 1)[1]
        run = subprocess.run([program, port, "1000", "150", KEY], capture_output=True, text=True, timeout=60)
        measured = json.loads(run.stdout)
        print(run.stdout)
        assert measured["complete"] == 1000
        # 149 periods of 20 ms; nobody drifts, however busy the machine.
        assert 2_900 < measured["span_ms"]["p50"] < 3_200


def test_many_clients_at_once_are_told_apart():
    with Vendor("openai", "--tokens-per-second", "500") as vendor:
        answers = {}

        def ask(number):
            client = openai.OpenAI(base_url=vendor.url + "/v1", api_key=KEY)
            stream = client.chat.completions.create(**chat(number + 1, text=f"client {number}"))
            answers[number] = [chunk.choices[0].delta.content for chunk in stream if chunk.choices[0].delta.content]

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert all(len(answers[number]) == number + 1 for number in range(30))
        assert len({answers[number][0] for number in range(30)}) == 30


def test_a_thousand_resets_are_seen_at_once():
    """The oracle must not be slower than what it judges: resets of 1,000 running streams are in the log within 50 ms of
    the last of them."""
    with Vendor("openai") as vendor:
        connections = [raw_request(vendor, chat(5000)) for _ in range(1000)]
        for connection in connections:
            connection.recv(4096)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        before = time.time_ns()
        for connection in connections:
            connection.close()
        after = time.time_ns()
        time.sleep(0.5)
        book = vendor.book()
        ends = [connection.ended_wall_ns for connection in book.connections if connection.end == "reset by peer"]
        print(f"resets took {(after - before) / 1e6:.1f} ms, the last was seen {(max(ends) - after) / 1e6:.1f} ms later")
        assert len(ends) == 1000 and before < min(ends) and max(ends) - after < 50_000_000
        assert {exchange.outcome for exchange in book.exchanges[:1000]} == {"client reset"}
        last = {exchange.connection: exchange.written[-1].wall_ns for exchange in book.exchanges[:1000]}
        assert all(last[connection.number] <= connection.ended_wall_ns for connection in book.connections[:1000])
