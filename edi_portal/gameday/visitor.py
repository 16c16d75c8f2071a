"""An EDI lead of the demonstration at a browser: signs in, takes a return back, sends it again."""

import http.cookiejar
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
LONGEST = 30  # seconds a browser waits


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page answered and after how long."""

    status: int  # 0 when nothing answered
    seconds: float
    text: str


class Visitor:
    """One person with a session."""

    def __init__(self, port: int) -> None:
        self.address = f"http://localhost:{port}"
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._browser = urllib.request.build_opener(cookies)

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._ask(urllib.request.Request(f"{self.address}{path}"))

    def post(self, path: str, *, form: str = "", **fields: str) -> Answer:
        """Send a form, with the token of the page that holds it."""
        found = TOKEN.search(self.get(form or path).text)
        return self.send(path, csrfmiddlewaretoken=found[1] if found else "", **fields)

    def send(self, path: str, **fields: str) -> Answer:
        """Send a form whose token is among the fields."""
        content = urllib.parse.urlencode(fields).encode()
        return self._ask(urllib.request.Request(f"{self.address}{path}", content, {"Referer": f"{self.address}{path}"}))

    def sign_in(self, account: str) -> None:
        """Press the button of a demonstration account. Raises ConnectionError."""
        answer = self.post("/demonstration/", account=account)
        if answer.status != 200:
            raise ConnectionError(f"{account} could not sign in: {answer.status}")

    def _ask(self, request: urllib.request.Request) -> Answer:
        began = time.monotonic()
        try:
            with self._browser.open(request, timeout=LONGEST) as answer:
                return Answer(answer.status, time.monotonic() - began, answer.read().decode())
        except urllib.error.HTTPError as error:
            return Answer(error.code, time.monotonic() - began, error.read().decode(errors="replace"))
        except OSError:
            return Answer(0, time.monotonic() - began, "")
