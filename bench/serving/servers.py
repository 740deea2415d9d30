"""Servers that the measurements start and stop."""

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

LIMIT = 300  # seconds to start, with sanitizers and all


class Server:
    """A running server, which says on stderr at which URL it listens. ends: its exit code at SIGTERM."""

    def __init__(self, command, environment=None, ends=0):
        self.ends = ends
        self.log = tempfile.TemporaryFile()
        begin = time.perf_counter()
        self.process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=self.log,
                                        env={**os.environ, **(environment or {})})
        while not (found := re.search(r"listening on (http://[^\s]+)", self.said())):
            if self.process.poll() is not None or time.perf_counter() - begin > LIMIT:
                sys.exit(f"{command} did not start:\n{self.said()}")
            time.sleep(0.002)
        self.url, self.pid = found[1].rstrip("/"), self.process.pid

    def said(self):
        # Read beside the position at which the server writes.
        return os.pread(self.log.fileno(), 1 << 20, 0).decode(errors="replace")

    def get(self, path):
        return urllib.request.urlopen(self.url + path, timeout=LIMIT).read()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        code = self.process.wait(LIMIT)
        if code != self.ends:
            print(f"the server ended with {code}:\n{self.said()[-2000:]}", flush=True)
