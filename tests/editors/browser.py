"""Chromium without a window, driven through its DevTools protocol.

It can resolve no name and is given no address but the files of a test.
"""

from __future__ import annotations

import base64
import json
import re
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import IO, Any

from websockets.sync.client import ClientConnection, connect

SECONDS = 30
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--remote-debugging-port=0",
)
KEYS = {"Enter": 13, "Escape": 27, "ArrowDown": 40, "ArrowUp": 38, "ArrowRight": 39, "Tab": 9}


class PageError(Exception):
    """A script that was to be evaluated failed."""


class Page:
    """One tab. `events` are what the page made happen, as the protocol tells it."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        target = browser.send("Target.createTarget", url="about:blank")["targetId"]
        attached = browser.send("Target.attachToTarget", targetId=target, flatten=True)
        self.target, self.session = target, attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log", "Performance"):
            self.send(f"{domain}.enable")
        self.resize(1280, 800)

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command to this tab."""
        return self.browser.send(method, self.session, **parameters)

    @property
    def events(self) -> list[tuple[str, dict[str, Any]]]:
        """What happened so far."""
        return [
            (name, data) for session, name, data in self.browser.events if session == self.session
        ]

    def resize(self, width: int, height: int, scale: float = 1, touch: bool = False) -> None:
        """The size of the view in CSS pixels."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=touch,
        )

    def scheme(self, name: str) -> None:
        """`dark` or `light`, as the user's system would say."""
        wanted = [{"name": "prefers-color-scheme", "value": name}]
        self.send("Emulation.setEmulatedMedia", features=wanted)

    def open(self, address: str) -> None:
        """Goes somewhere and waits until it is there."""
        self.send("Page.navigate", url=address)
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    def value(self, script: str) -> Any:
        """What an expression is. Raises `PageError` when it fails."""
        told = self.send(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in told:
            raise PageError(json.dumps(told["exceptionDetails"])[:2000])
        return told["result"].get("value")

    def until(self, script: str) -> Any:
        """Waits until an expression is truthy, and says what it is."""
        deadline = time.monotonic() + SECONDS
        while True:
            try:
                if found := self.value(script):
                    return found
            except PageError as error:
                # The page may be on its way from one document to the next.
                if time.monotonic() > deadline:
                    raise error from None
            assert time.monotonic() < deadline, f"never came true: {script}"

    def press(self, key: str) -> None:
        """One key, down and up."""
        text = key if len(key) == 1 else "\r" if key == "Enter" else ""
        code = KEYS.get(key, ord(key[0].upper()))
        described = {"key": key, "windowsVirtualKeyCode": code}
        self.send("Input.dispatchKeyEvent", type="keyDown", text=text, **described)
        self.send("Input.dispatchKeyEvent", type="keyUp", **described)

    def type(self, words: str) -> None:
        """Text into whatever has the focus."""
        self.send("Input.insertText", text=words)

    def point(self, x: float, y: float) -> None:
        """Moves the pointer there."""
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def click(self, x: float, y: float) -> None:
        """One click of the left button."""
        self.point(x, y)
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def wheel(self, x: float, y: float, down: float) -> None:
        """One turn of the wheel."""
        self.send("Input.dispatchMouseEvent", type="mouseWheel", x=x, y=y, deltaX=0, deltaY=down)

    def shot(self, path: Path) -> None:
        """A picture of the view."""
        path.write_bytes(base64.b64decode(self.send("Page.captureScreenshot")["data"]))

    def complaints(self) -> list[str]:
        """Errors and warnings of the console, and exceptions nobody caught."""
        found = []
        for name, data in self.events:
            if name == "Runtime.exceptionThrown":
                found.append(json.dumps(data["exceptionDetails"]))
            elif name == "Runtime.consoleAPICalled":
                found.append(json.dumps(data["args"]))
            elif name == "Log.entryAdded":
                found.append(f"{data['entry']['level']}: {data['entry']['text']}")
        return found

    def requests(self) -> list[str]:
        """The addresses that were asked for, but for what an address itself holds."""
        asked = (data for name, data in self.events if name == "Network.requestWillBeSent")
        return [url for url in (each["request"]["url"] for each in asked) if url[:5] != "data:"]

    def close(self) -> None:
        """Closes the tab."""
        self.browser.send("Target.closeTarget", targetId=self.target)


class Browser:
    """A running Chromium; `events` are (session, method, parameters)."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.events: list[tuple[str, str, dict[str, Any]]] = []
        self.last = 0

    def send(self, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:
        """One command and its result."""
        self.last += 1
        message: dict[str, Any] = {"id": self.last, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        self.connection.send(json.dumps(message))
        while True:
            told: Mapping[str, Any] = json.loads(self.connection.recv(timeout=SECONDS))
            if told.get("id") == self.last:
                assert "error" not in told, f"{method}: {told['error']}"
                result: dict[str, Any] = told["result"]
                return result
            if "method" in told:
                self.events.append((told.get("sessionId", ""), told["method"], told["params"]))


@contextmanager
def running(program: str, place: Path, more: Sequence[str] = ()) -> Iterator[Browser]:
    """A browser with a profile of its own in `place`, ended with its processes."""
    command = [program, *ARGUMENTS, f"--user-data-dir={place / 'profile'}", *more, "about:blank"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    try:
        with connect(_address(process.stderr), max_size=None, proxy=None) as connection:
            browser = Browser(connection)
            yield browser
            browser.send("Browser.close")
        process.wait(timeout=SECONDS)
    finally:
        process.kill()
        process.wait()


def _address(errors: IO[str]) -> str:
    """Where it listens, as it says when it has started."""
    found: Queue[str] = Queue()

    def read() -> None:
        for line in errors:
            if match := re.search(r"ws://\S+", line):
                found.put(match[0])

    Thread(target=read, daemon=True).start()
    try:
        return found.get(timeout=SECONDS)
    except Empty:
        raise TimeoutError("Chromium does not start") from None
