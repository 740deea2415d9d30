"""Drives a headless Chromium over --remote-debugging-pipe, with the standard library alone.

Commands and events are those of the DevTools protocol: JSON, ended by NUL, on the browser's descriptors 3 and 4.
"""

import base64
import fcntl
import json
import os
import selectors
import shutil
import signal
import tempfile
import time

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
LIMIT = 30  # seconds for whatever is waited for


def find():
    """The path of a Chromium, or None."""
    return next((path for path in map(shutil.which, (os.environ.get("CHROMIUM", ""), *NAMES)) if path), None)


class Browser:
    """A browser with one page.

    What the page asks for is kept in `requests`, pairs of a URL and a body, and what it complains of in `complaints`.
    """

    def __init__(self, path):
        self.folder = tempfile.TemporaryDirectory(prefix="dragoman-page-", ignore_cleanup_errors=True)
        self.downloads = os.path.join(self.folder.name, "downloads")
        commands, self._write = os.pipe()
        self._read, answers = os.pipe()
        # Above 4, so that neither is in the way of the other.
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (commands, answers)]
        os.close(commands)
        os.close(answers)
        words = [path, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                 "--disable-background-networking", "--disable-component-update", "--disable-extensions", "--hide-scrollbars",
                 "--remote-debugging-pipe", f"--user-data-dir={self.folder.name}/profile", "about:blank"]
        nowhere = [(os.POSIX_SPAWN_OPEN, end, os.devnull, os.O_RDWR, 0) for end in (0, 1, 2)]
        self._process = os.posix_spawn(path, words, os.environ, file_actions=[
            *nowhere, (os.POSIX_SPAWN_DUP2, ends[0], 3), (os.POSIX_SPAWN_DUP2, ends[1], 4)])
        for end in ends:
            os.close(end)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._read, selectors.EVENT_READ)
        self._pending, self._number, self._session = b"", 0, None
        self.requests, self.complaints, self._answers, self.loads = [], [], [], 0
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log", "DOM", "Accessibility"):
            self.call(f"{domain}.enable")
        self.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=self.downloads)

    def close(self):
        os.close(self._write)  # at which it ends
        end = time.monotonic() + 10
        while os.waitpid(self._process, os.WNOHANG)[0] == 0:
            if time.monotonic() > end:
                os.kill(self._process, signal.SIGKILL)
            time.sleep(0.02)
        os.close(self._read)
        self.folder.cleanup()

    def _messages(self, seconds):
        """What has arrived, after waiting for something at most so long."""
        if self._selector.select(seconds):
            arrived = os.read(self._read, 1 << 20)
            if not arrived:
                raise RuntimeError("the browser has ended")
            self._pending += arrived
        *whole, self._pending = self._pending.split(b"\0")
        return [json.loads(message) for message in whole]

    def _note(self, message):
        name, values = message.get("method"), message.get("params", {})
        if name == "Network.requestWillBeSent":
            self.requests.append((values["request"]["url"], values["request"].get("postData", "")))
        elif name == "Fetch.requestPaused":
            self._answer(values)
        elif name == "Page.loadEventFired":
            self.loads += 1
        elif name == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(values["exceptionDetails"]))
        elif name == "Runtime.consoleAPICalled" and values["type"] in ("error", "warning", "assert"):
            self.complaints.append(json.dumps(values["args"]))
        elif name == "Log.entryAdded" and values["entry"]["level"] in ("error", "warning"):
            self.complaints.append(f"{values['entry']['source']}: {values['entry']['text']} {values['entry'].get('url', '')}")

    def _send(self, method, values):
        self._number += 1
        message = {"id": self._number, "method": method, "params": values}
        if self._session and not method.startswith(("Target.", "Browser.")):
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        return self._number

    def call(self, method, **values):
        """Sends a command and returns its result; RuntimeError if the browser refuses it."""
        number, end, result = self._send(method, values), time.monotonic() + LIMIT, None
        while result is None:
            if time.monotonic() > end:
                raise TimeoutError(method)
            for answer in self._messages(1):
                if answer.get("id") != number:
                    self._note(answer)
                elif "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                else:
                    result = answer["result"]
        return result

    def answer_next(self, path, body, status=200, headers=()):
        """The next request whose URL ends with `path` gets this answer, and the server does not see it."""
        if not self._answers:
            self.call("Fetch.enable", patterns=[{}])
        self._answers.append((path, body, status, dict(headers)))

    def _answer(self, values):
        for answer in self._answers:
            path, body, status, headers = answer
            if values["request"]["url"].endswith(path):
                self._answers.remove(answer)
                self._send("Fetch.fulfillRequest", {
                    "requestId": values["requestId"], "responseCode": status, "body": base64.b64encode(body.encode()).decode(),
                    "responseHeaders": [{"name": name, "value": value} for name, value in headers.items()]})
                return
        self._send("Fetch.continueRequest", {"requestId": values["requestId"]})

    def listen(self, seconds):
        """Lets the page go on for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            for message in self._messages(left):
                self._note(message)

    def open(self, url):
        loads = self.loads
        self.call("Page.navigate", url=url)
        self.wait_for_load(loads)

    def wait_for_load(self, loads):
        """Until a page more than `loads` has been loaded."""
        end = time.monotonic() + LIMIT
        while self.loads == loads:
            if time.monotonic() > end:
                raise TimeoutError("a page that loads")
            self.listen(0.02)

    def evaluate(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True, userGesture=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {json.dumps(answer['exceptionDetails'])}")
        return answer["result"].get("value")

    def wait_for(self, expression):
        """Until the expression is true for JavaScript."""
        end = time.monotonic() + LIMIT
        while not self.evaluate(f"!!({expression})"):
            if time.monotonic() > end:
                raise TimeoutError(f"{expression}; the page says: {self.evaluate('document.body.innerText')}")
            self.listen(0.02)

    def type(self, text):
        """Into what has the focus, a key at a time."""
        for character in text:
            key = {"key": "Enter", "text": "\r", "windowsVirtualKeyCode": 13} if character == "\n" else {"key": character, "text": character}
            # The answers are not waited for one by one; the browser keeps the order.
            self._send("Input.dispatchKeyEvent", {"type": "keyDown", **key})
            key.pop("text")
            self._send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
        self.evaluate("0")

    def press(self, key, *modifiers):
        codes = {"Enter": 13, "Escape": 27, "Tab": 9, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
        bits = sum({"Alt": 1, "Control": 2, "Meta": 4, "Shift": 8}[name] for name in modifiers)
        event = {"key": key, "code": key, "windowsVirtualKeyCode": codes.get(key) or ord(key.upper()), "modifiers": bits}
        text = {"text": "\r"} if key == "Enter" else {"text": key} if len(key) == 1 and not bits else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", **event, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **event)

    def middle_of(self, selector):
        return self.evaluate(f"""(() => {{
          const element = document.querySelector({json.dumps(selector)});
          element.scrollIntoView({{ block: "nearest" }});
          const box = element.getClientRects()[0];
          return [box.x + box.width / 2, box.y + box.height / 2];
        }})()""")

    def move_to(self, selector):
        x, y = self.middle_of(selector)
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        return x, y

    def click(self, selector):
        x, y = self.move_to(selector)
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def give_files(self, selector, *paths):
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", nodeId=node, files=[str(path) for path in paths])

    def drop_files(self, selector, *paths):
        """As if they were dragged there from a file manager."""
        x, y = self.middle_of(selector)
        data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            self.call("Input.dispatchDragEvent", type=kind, x=x, y=y, data=data)

    def window(self, width, height, mobile=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)

    def colours(self, scheme):
        """"light" or "dark", as the system would have them."""
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))
