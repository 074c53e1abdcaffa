"""Headless Chromium, driven over the pipes of its DevTools protocol."""

import json
import os
import select
import shutil
import signal
import tempfile
import time
from contextlib import contextmanager

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_LIMIT_SECONDS = 30
_FLAGS = (
    "--headless",
    "--remote-debugging-pipe",
    # The pages are the project's own, and a container has seldom what the sandbox needs.
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--hide-scrollbars",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def browser_program():
    """The path of Chromium or Chrome; without one the test is skipped, or fails where CI is set."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        reason = f"no browser on the PATH: none of {', '.join(_NAMES)}"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return found


@contextmanager
def running_browser():
    """A browser with a new profile; it is gone at the end."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        commands, answers = os.pipe(), os.pipe()
        arguments = [browser_program(), *_FLAGS, f"--user-data-dir={profile}", "about:blank"]
        # The protocol reads from descriptor 3 and writes to descriptor 4.
        process = os.posix_spawn(
            arguments[0],
            arguments,
            {**os.environ, "HOME": profile},
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
                # By way of numbers of its own: one pipe's end may be 3 or 4 already.
                (os.POSIX_SPAWN_DUP2, commands[0], 103),
                (os.POSIX_SPAWN_DUP2, answers[1], 104),
                (os.POSIX_SPAWN_DUP2, 103, 3),
                (os.POSIX_SPAWN_DUP2, 104, 4),
            ],
            setpgroup=0,
        )
        os.close(commands[0])
        os.close(answers[1])
        try:
            yield Browser(commands[1], answers[0])
        finally:
            os.killpg(process, signal.SIGKILL)
            os.waitpid(process, 0)
            os.close(commands[1])
            os.close(answers[0])


class Browser:
    """A running browser; `complaints` is what it has logged, blocked styles and scripts too."""

    def __init__(self, commands, answers):
        self._commands, self._answers = commands, answers
        self._received, self._messages, self._last_id = b"", [], 0
        self.complaints = []
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self._ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Log", "Runtime"):
            self.ask(f"{domain}.enable")

    def ask(self, method, **parameters):
        """The answer of the page's DevTools to one command."""
        return self._ask(method, self._session, **parameters)

    def open(self, url, *, width=1280, height=800, scheme="light"):
        """Show an address at a width in CSS pixels, in the light or the dark colour scheme."""
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        preference = {"name": "prefers-color-scheme", "value": scheme}
        self.ask("Emulation.setEmulatedMedia", features=[preference])
        self.follow(lambda: self.ask("Page.navigate", url=url))

    def follow(self, act):
        """Do what makes the page load another, and wait for that."""
        self._messages.clear()
        act()
        while not any(one.get("method") == "Page.loadEventFired" for one in self._messages):
            self._receive()

    def value(self, expression):
        """The value of an expression of JavaScript in the page, awaited when it is a promise."""
        answer = self.ask(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def _ask(self, method, session=None, **parameters):
        self._last_id += 1
        asked = {"id": self._last_id, "method": method, "params": parameters}
        if session:
            asked["sessionId"] = session
        text = memoryview(json.dumps(asked).encode() + b"\0")
        while text:
            text = text[os.write(self._commands, text) :]
        while True:
            answer = next((one for one in self._messages if one.get("id") == asked["id"]), None)
            if answer is not None:
                self._messages.remove(answer)
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]
            self._receive()

    def _receive(self):
        """Take in what the browser says next; fails the test when it says nothing any more."""
        deadline = time.monotonic() + _LIMIT_SECONDS
        while b"\0" not in self._received:
            left = max(0, deadline - time.monotonic())
            ready, _, _ = select.select([self._answers], [], [], left)
            assert ready, f"the browser said nothing for {_LIMIT_SECONDS} s"
            received = os.read(self._answers, 1 << 16)
            assert received, "the browser has ended"
            self._received += received
        whole, _, self._received = self._received.partition(b"\0")
        message = json.loads(whole)
        self._messages.append(message)
        if message.get("method") in ("Log.entryAdded", "Runtime.exceptionThrown"):
            self.complaints.append(message["params"])
