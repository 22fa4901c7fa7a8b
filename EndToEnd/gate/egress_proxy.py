"""A proxy for CONNECT that checks its login and keeps a book of what it saw: which tunnels, and whether anything that
went through could be read."""

from __future__ import annotations

import base64
import socket
import threading


class EgressProxy:
    def __init__(self, login: str, refuses: int | None = None) -> None:
        self.expected = "Basic " + base64.b64encode(login.encode()).decode()
        self.refuses = refuses
        self.tunnels: list[str] = []
        self.logins: list[str | None] = []
        self.heads: list[bytes] = []
        self.bytes = b""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            piece = client.recv(1)
            if not piece:
                return
            head += piece
        self.heads.append(head)
        first, *lines = head.decode().split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines if line)
        self.tunnels.append(first.split(" ")[1])
        self.logins.append(fields.get("proxy-authorization"))
        refusal = self.refuses or (407 if self.logins[-1] != self.expected else None)
        if refusal:
            client.sendall(b"HTTP/1.1 %d No\r\nContent-Length: 0\r\n\r\n" % refusal)
            return client.close()
        host, port = self.tunnels[-1].rsplit(":", 1)
        origin = socket.create_connection((host.strip("[]"), int(port)))
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        threading.Thread(target=self._copy, args=(origin, client), daemon=True).start()
        self._copy(client, origin)

    def _copy(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while piece := source.recv(65_536):
                self.bytes += piece
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass
