"""Clients of a server that translates by POST /translate, on connections that are kept: as many as wanted in one thread."""

import asyncio
import itertools
import json
import random
import re
import resource
import time
import urllib.parse

LIMIT = 300  # seconds for an answer


class Lost(Exception):
    """A request without an answer."""


class Connection:
    """One connection; a request at a time."""

    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        self.host, self.port = parts.hostname, parts.port
        self.reader = self.writer = None

    async def open(self):
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(self.host, self.port, limit=1 << 22)

    def close(self):
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None

    def request(self, path, body):
        """The bytes of a POST of JSON."""
        return (f"POST {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n").encode() + body

    async def answer(self):
        """Status, headers and body of the next answer."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)}
        body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection", "").lower() == "close":
            self.close()
        return int(lines[0].split()[1]), headers, body

    async def send(self, body, path="/translate"):
        """Sends JSON and waits for the answer: its status, headers and JSON. Lost where there is none."""
        try:
            await self.open()
            self.writer.write(self.request(path, json.dumps(body).encode()))
            status, headers, text = await asyncio.wait_for(self.answer(), LIMIT)
        except (OSError, EOFError, asyncio.TimeoutError) as error:
            self.close()
            raise Lost(repr(error)) from error
        return status, headers, json.loads(text)

    async def translate(self, text):
        status, _, answer = await self.send({"q": text, "source": "en", "target": "de"})
        if status != 200:
            raise Lost(f"{status}: {answer}")
        return answer["translatedText"]


class Figures:
    """What a load measured: seconds of each request, the rate, and the share of a core that the clients took."""

    def __init__(self, seconds=None):
        self.seconds = [] if seconds is None else seconds
        self.begin, self.own = time.perf_counter(), self._processor()

    @staticmethod
    def _processor():
        used = resource.getrusage(resource.RUSAGE_SELF)
        return used.ru_utime + used.ru_stime

    def end(self):
        elapsed = time.perf_counter() - self.begin
        self.rate, self.share = len(self.seconds) / elapsed, (self._processor() - self.own) / elapsed
        self.seconds.sort()

    def quantile(self, part):
        return self.seconds[min(int(part * len(self.seconds)), len(self.seconds) - 1)] if self.seconds else float("inf")


async def closed_loop(url, lines, clients, seconds):
    """Each client sends a sentence as soon as it has the answer to its last. What ends within the seconds counts, after a fourth as many
    in which the clients fall out of step."""
    begin = time.perf_counter() + seconds / 4
    end, found, numbers = begin + seconds, [], itertools.count()

    async def client():
        connection = Connection(url)
        while (sent := time.perf_counter()) < end:
            await connection.translate(lines[next(numbers) % len(lines)])
            if begin <= (now := time.perf_counter()) < end:
                found.append(now - sent)
        connection.close()

    tasks = [asyncio.create_task(client()) for _ in range(clients)]
    await asyncio.sleep(begin - time.perf_counter())
    figures = Figures(found)
    await asyncio.sleep(end - time.perf_counter())
    figures.end()
    await asyncio.gather(*tasks)
    return figures


async def open_loop(url, lines, rate, seconds, seed=1):
    """Sentences arrive by chance (Poisson), so many a second whether the server keeps up or not; seconds count from when they arrive."""
    figures, generator, idle = Figures(), random.Random(seed), []

    async def one(line, begin):
        connection = idle.pop() if idle else Connection(url)
        await connection.translate(line)
        figures.seconds.append(time.perf_counter() - begin)
        idle.append(connection)

    tasks, due, count = [], time.perf_counter(), 0
    while (due := due + generator.expovariate(rate)) < figures.begin + seconds:
        await asyncio.sleep(max(0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(lines[count % len(lines)], due)))
        count += 1
    await asyncio.gather(*tasks)
    figures.end()
    for connection in idle:
        connection.close()
    return figures


def memory_of(pid):
    """Resident MB of a process."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) / 1024
