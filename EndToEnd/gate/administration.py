"""The administration's interface over TCP, as one caller."""

from __future__ import annotations

import httpx2


class Caller:
    def __init__(self, url: str, key: str | None) -> None:
        headers = {} if key is None else {"authorization": f"Bearer {key}"}
        self.http = httpx2.Client(base_url=url, headers=headers, timeout=30)

    def call(self, method: str, path: str, body: object = None, **settings) -> httpx2.Response:
        if body is not None:
            settings["json"] = body
        return self.http.request(method, path, **settings)

    def get(self, path: str, **settings) -> httpx2.Response:
        return self.call("GET", path, **settings)

    def every(self, path: str, **query) -> list[dict]:
        """A list, page after page."""
        items: list[dict] = []
        after: dict = {}
        while True:
            answer = self.get(path, params={**query, **after})
            assert answer.status_code == 200, answer.text
            page = answer.json()
            assert set(page) == {"items", "next"} and len(page["items"]) <= int(query.get("limit", 100))
            items += page["items"]
            if page["next"] is None:
                return items
            assert page["items"], "a page without entries has no next"
            after = {"after": page["next"]}
