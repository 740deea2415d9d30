"""What the tests of the page share: models, a server, a browser with its page, begun when this is imported."""

import atexit
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import chromium
import tiny_models

DRAGOMAN = sys.argv.pop(1)
EMPTY = "document.querySelector('#translation').textContent === ''"
WHOLE = "document.querySelectorAll('.line').length > 0 && !document.querySelector('.line.pending')"
TRANSLATION = "[...document.querySelectorAll('.line')].map(line => line.textContent).join('\\n')"


class Server:
    """A running `dragoman serve`, at `url`."""

    def __init__(self, models):
        words = [word for model in models for word in ("--model", model)]
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([DRAGOMAN, "serve", *words, "--port", "0"], stdout=subprocess.DEVNULL, stderr=self.log)
        end = time.monotonic() + 60
        while not (found := re.search(r"listening on (http://\S+)", self.said())):
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"the server did not start: {self.said()}")
            time.sleep(0.02)
        self.url = found[1].rstrip("/") + "/"

    def said(self):
        # Read beside the position at which the server writes.
        return os.pread(self.log.fileno(), 1 << 20, 0).decode(errors="replace")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


folder = tempfile.TemporaryDirectory(prefix="dragoman-page-")
models = tiny_models.make(DRAGOMAN, folder.name)
server = Server(models)
atexit.register(server.process.kill)
browser = chromium.Browser(chromium.find())
atexit.register(browser.close)


def expected(lines, model=0, *options):
    """The translations of lines, joined as they are on the page."""
    return "\n".join(line["translations"][0]["text"] for line in tiny_models.translate(DRAGOMAN, models[model], lines, *options))


class PageTest(unittest.TestCase):
    """Each test begins on a page that nothing is remembered of, and ends with one that has nothing to complain of."""

    def setUp(self):
        browser.call("Emulation.setScriptExecutionDisabled", value=False)
        browser.call("Fetch.disable")
        browser.window(1280, 800)
        browser.colours("light")
        browser.call("Storage.clearDataForOrigin", origin=server.url, storageTypes="all")
        browser.requests.clear()
        browser.complaints.clear()
        self.expected_complaints = 0
        self.open()

    def tearDown(self):
        self.assertEqual(len(browser.complaints), self.expected_complaints, browser.complaints)
        for url, _ in browser.requests:
            self.assertTrue(url.startswith((server.url, f"blob:{server.url}", "about:blank")), url)

    def open(self):
        browser.open(server.url)
        browser.wait_for("document.querySelector('#text').placeholder.includes('drop')")  # the script has begun

    def write(self, text):
        browser.evaluate("document.querySelector('#text').select()")
        browser.type(text)

    def write_and_wait(self, text):
        self.write(text)
        browser.wait_for(f"document.querySelectorAll('.line').length === {text.count(chr(10)) + 1} && {WHOLE}")

    def translated(self):
        return browser.evaluate(TRANSLATION)

    def choose(self, selector, value):
        browser.evaluate(f"""(() => {{
          const select = document.querySelector({json.dumps(selector)});
          select.value = {json.dumps(value)};
          select.dispatchEvent(new Event("change", {{ bubbles: true }}));
        }})()""")

    def sent_texts(self):
        """What the page has sent to be translated."""
        return [json.loads(body)["text"] for url, body in browser.requests if url.endswith("/v1/translate")]
