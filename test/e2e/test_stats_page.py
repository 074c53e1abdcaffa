"""The page of a day's device states, as the deployed stack gives it and a browser shows it."""

import uuid
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from samples.browser import running_browser
from samples.waiting import wait_until

from lib.settings import PROJECT_ROOT

AXE = PROJECT_ROOT / "node_modules/axe-core/axe.min.js"
# None of other tests' days; each run has one of its own, as a kept stack remembers the last.
DAY = date(1990, 1, 1) + timedelta(days=uuid.uuid4().int % 5_000)
EMPTY_DAY = date(1980, 2, 29)
SCRIPT = "<script>document.title=1</script>"
SENT = {
    ("laptop", "erased"): 1_200,
    ("laptop", "erasure failed"): 300,
    ("phone", "erased"): 499,
    (SCRIPT, "W" * 64): 1,
}
ROWS = """[...document.querySelectorAll("tr")].map(
    row => [...row.children].map(cell => cell.textContent.trim()))"""
SCROLLS_SIDEWAYS = """
    document.documentElement.scrollWidth > document.documentElement.clientWidth"""
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
VIOLATIONS = "axe.run().then(found => found.violations.map(one => [one.id, one.nodes[0].html]))"


@pytest.fixture(scope="module")
def browser():
    """A browser for the tests of this module."""
    with running_browser() as running:
        yield running


@pytest.fixture(scope="module")
def counted(writer, reader):
    """A day whose device states have been sent and counted."""
    states = [
        {"type": kind, "state": state, "timestamp": f"{DAY}T12:00:00Z"}
        for (kind, state), number in SENT.items()
        for _ in range(number)
    ]
    answer = writer.call("POST", "/ingest", {"processed_devices": states})
    assert (answer.status_code, answer.json()["enqueued"]) == (200, 2_000), answer.text
    total = sum(SENT.values())

    def counted_so_far():
        listed = reader.call("GET", f"/stats?date={DAY}").json()
        return sum(one["count"] for one in listed) == total

    wait_until(counted_so_far)
    return DAY


@pytest.fixture(scope="module")
def site(reader):
    """The page at an address that a browser can open: a browser cannot sign."""

    class Signing(BaseHTTPRequestHandler):
        def do_GET(self):
            asked = urlsplit(self.path)
            answer = reader.call("GET", f"/stats-html?{asked.query}")
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name.lower() not in ("connection", "content-length", "transfer-encoding"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Signing) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/stats-html"
        server.shutdown()


def test_the_page_shows_every_row_and_every_total(browser, site, counted):
    browser.open(f"{site}?date={counted}")
    assert browser.value(ROWS) == [
        ["Type", "Count", "Share"],
        ["laptop", "1,500", "75.0%"],
        ["phone", "499", "24.9%"],
        [SCRIPT, "1", "0.1%"],
        ["State", "Count", "Share"],
        ["erased", "1,699", "85.0%"],
        ["erasure failed", "300", "15.0%"],
        ["W" * 64, "1", "0.1%"],
        ["Type and state", "Count", "Share"],
        ["laptop", "1,500", "75.0%"],
        ["erased", "1,200", "80.0%"],
        ["erasure failed", "300", "20.0%"],
        ["phone", "499", "24.9%"],
        ["erased", "499", "100.0%"],
        [SCRIPT, "1", "0.1%"],
        ["W" * 64, "1", "100.0%"],
        ["Altogether", "2,000", ""],
    ]
    totals = browser.value("[...document.querySelectorAll('dd')].map(one => one.textContent)")
    assert totals == ["2,000", "3", "3"]
    shares = """[...document.querySelectorAll("section:first-of-type rect")].map(bar =>
        Math.round(100 * bar.getBoundingClientRect().width /
                   bar.parentElement.getBoundingClientRect().width))"""
    assert browser.value(shares)[:2] == [75, 25]


def test_the_policy_lets_the_style_in_and_nothing_else(browser, site, counted):
    browser.complaints.clear()
    browser.open(f"{site}?date={counted}")
    assert browser.value(BACKGROUND) == "rgb(246, 247, 248)"
    assert browser.complaints == []
    browser.value("document.body.setAttribute('onclick', 'document.title = 2')")
    browser.value("document.body.click()")
    assert "Content Security Policy" in browser.complaints[0]["entry"]["text"]
    assert browser.value("document.title").startswith("Device states on")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1440])
@pytest.mark.parametrize("what", ["counted", "empty"])
def test_the_page_is_accessible_and_fits(browser, site, counted, scheme, width, what):
    day = {"counted": counted, "empty": EMPTY_DAY}[what]
    browser.open(f"{site}?date={day}", width=width, scheme=scheme)
    assert not browser.value(SCROLLS_SIDEWAYS)
    browser.value(AXE.read_text(encoding="utf-8"))
    assert browser.value(VIOLATIONS) == []


def test_the_page_goes_by_the_colour_scheme_of_the_reader(browser, site, counted):
    brightness = []
    for scheme in ("light", "dark"):
        browser.open(f"{site}?date={counted}", scheme=scheme)
        colours = browser.value(f"{BACKGROUND}.match(/[0-9]+/g).map(Number)")
        brightness.append(sum(colours) / len(colours))
    assert brightness[0] > 200
    assert brightness[1] < 50


def test_a_reader_walks_from_day_to_day_and_picks_one(browser, site, counted):
    browser.open(f"{site}?date={counted + timedelta(days=1)}")
    assert "Nothing was counted" in browser.value("document.querySelector('main').textContent")
    browser.follow(lambda: browser.value("document.querySelector('a[rel=prev]').click()"))
    assert browser.value("document.querySelector('dd').textContent") == "2,000"
    browser.value(f"document.querySelector('input').value = '{EMPTY_DAY}'")
    browser.follow(lambda: browser.value("document.querySelector('button').click()"))
    assert parse_qs(urlsplit(browser.value("location.href")).query) == {"date": [str(EMPTY_DAY)]}
    assert "Nothing was counted" in browser.value("document.querySelector('main').textContent")


def test_without_a_date_the_page_is_of_today(browser, site):
    before = datetime.now(UTC).date()
    browser.open(site)
    shown = browser.value("document.querySelector('time').dateTime")
    assert before <= date.fromisoformat(shown) <= datetime.now(UTC).date()
    assert browser.value("document.querySelector('[aria-current=date]').textContent") == "Today"
