"""Many clients of all kinds for minutes: every request must be answered, every answer right, and the memory stay as it is."""

import asyncio
import json
import random
import time

from serving.http_load import Connection, Lost, memory_of


class Count:
    """What has happened so far."""

    def __init__(self):
        self.answers = self.busy = self.lost = self.wrong = self.left = self.slow = 0
        self.examples, self.seconds = [], {}  # of answers, by the number of their lines

    def fault(self, kind, text):
        setattr(self, kind, getattr(self, kind) + 1)
        if len(self.examples) < 5:
            self.examples.append(f"{kind}: {text}"[:500])

    def __str__(self):
        return (f"{self.answers} answers, {self.busy} times busy, {self.slow} slow, {self.left} left, {self.lost} lost, "
                f"{self.wrong} wrong")


def mixed_request(generator, known):
    """A request of some size and its answer; known: {line: translation}."""
    lines, kind = list(known), generator.random()
    if kind < 0.6:
        line = generator.choice(lines)
        return {"q": line}, known[line]
    if kind < 0.75:
        some = generator.choices(lines, k=generator.randint(2, 16))
        return {"q": some}, [known[line] for line in some]
    some = generator.choices([*lines, ""], k=generator.randint(2, 10) if kind < 0.95 else 50)
    return {"q": "\n".join(some)}, "\n".join(known.get(line, "") for line in some)


def line_count(request):
    return len(request["q"]) if isinstance(request["q"], list) else request["q"].count("\n") + 1


async def ask(connection, request, expected, count):
    """Until it is answered: a full server is asked again when it says."""
    begin, lines = time.monotonic(), line_count(request)
    while True:
        try:
            status, headers, answer = await connection.send({**request, "source": "en", "target": "de"})
        except Lost as lost:
            return count.fault("lost", f"{lines} lines: {lost}")
        if status in (429, 503):
            count.busy += 1
            await asyncio.sleep(float(headers.get("retry-after", 1)))
            continue
        if status != 200:
            return count.fault("lost", f"{status} {answer}")
        count.answers += 1
        count.seconds.setdefault(lines, []).append(time.monotonic() - begin)
        if answer["translatedText"] != expected:
            count.fault("wrong", f"{request} {answer['translatedText']!r} instead of {expected!r}")
        return None


async def send_slowly(connection, request, expected, count):
    """The request comes in twenty pieces, over five seconds; then it is answered like any other."""
    body = json.dumps({**request, "source": "en", "target": "de"}).encode()
    await connection.open()
    message = connection.request("/translate", body)
    try:
        for part in range(0, len(message), len(message) // 20 + 1):
            connection.writer.write(message[part:part + len(message) // 20 + 1])
            await asyncio.sleep(0.25)
        status, _, answer = await connection.answer()
    except (OSError, EOFError) as error:
        connection.close()
        return count.fault("lost", f"slowly sent: {error!r}")
    count.slow += 1
    if status == 200 and json.loads(answer)["translatedText"] != expected:
        count.fault("wrong", f"slowly sent {request}")
    return None


async def read_slowly(connection, request, count):
    """The answer is left lying for seconds."""
    await connection.open()
    connection.writer.write(connection.request("/translate", json.dumps({**request, "source": "en", "target": "de"}).encode()))
    await asyncio.sleep(5)
    try:
        await connection.answer()
        count.slow += 1
    except (OSError, EOFError) as error:
        connection.close()
        count.fault("lost", f"slowly read: {error!r}")


async def leave(connection, request, generator, count):
    """Gone in the middle of the request, or before the answer."""
    await connection.open()
    message = connection.request("/translate", json.dumps({**request, "source": "en", "target": "de"}).encode())
    connection.writer.write(message[:generator.randint(1, len(message))])
    await asyncio.sleep(generator.random() / 2)
    connection.close()
    count.left += 1


async def client(number, url, known, end, count):
    generator, connection = random.Random(number), Connection(url)
    while time.monotonic() < end:
        request, expected = mixed_request(generator, known)
        try:
            if number % 10:
                await ask(connection, request, expected, count)
            else:
                how = generator.randrange(3)
                await (send_slowly(connection, request, expected, count) if how == 0
                       else read_slowly(connection, request, count) if how == 1 else leave(connection, request, generator, count))
        except OSError as error:
            connection.close()
            count.fault("lost", f"no connection: {error!r}")
        # A client that reads what it got, most of the time.
        await asyncio.sleep(generator.expovariate(2))
    connection.close()


async def mean_memory(pid, end):
    """Mean and most MB until then, a sample a second: what is freed goes back to the system every ten, so that one alone says little."""
    sizes = [memory_of(pid)]
    while time.monotonic() < end:
        await asyncio.sleep(min(1, max(0, end - time.monotonic())))
        sizes.append(memory_of(pid))
    return sum(sizes) / len(sizes), max(sizes)


async def soak(url, pid, known, clients, seconds):
    """Prints a row a minute; returns whether nothing was lost or wrong and memory was flat once it was there.

    Flat: the mean of each minute but the first, in which caches grow to the longest lines, within 5 % of the mean of all these.
    """
    count, begin, means = Count(), time.monotonic(), []
    tasks = [asyncio.create_task(client(number, url, known, begin + seconds, count)) for number in range(clients)]
    minute = min(60, seconds / 5)
    while time.monotonic() < begin + seconds:
        mean, most = await mean_memory(pid, begin + (len(means) + 1) * minute)
        means.append(mean)
        print(f"  {time.monotonic() - begin:5.0f} s: {mean:6.0f} MB, at most {most:.0f}, {count}", flush=True)
    await asyncio.gather(*tasks)
    for example in count.examples:
        print(f"  {example}")
    for label, some in (("1 line", [1]), ("2 to 16 lines", range(2, 17)), ("50 lines", [50])):
        took = sorted(second for lines in some for second in count.seconds.get(lines, []))
        if took:
            print(f"  {label}: {len(took)} answers, half of them within {took[len(took) // 2]:.2f} s, the slowest after {took[-1]:.2f} s")
    flat = sum(means[1:]) / len(means[1:])
    change = max(abs(mean / flat - 1) for mean in means[1:])
    print(f"soak, {clients} clients, {seconds} s: {count}; {flat:.0f} MB after the first {minute:.0f} s, means within {change:.1%}", flush=True)
    return count.lost == 0 and count.wrong == 0 and change <= 0.05
