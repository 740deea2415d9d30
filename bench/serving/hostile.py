"""Clients that send what is no request, that never finish one, or that are gone: the service must go on for all others."""

import asyncio
import json
import random
import re
import time

from serving.http_load import Connection

PATHS = ["/translate", "/v1/translate", "/v2/translate", "/detect", "/translate_file", "/languages", "/", "/frontend/settings"]
ODD_HEADS = [
    b"GET / HTTP/9.9\r\n\r\n", b"GET\r\n\r\n", b"\r\n\r\n\r\n", b"GET / HTTP/1.1\r\n: x\r\n\r\n", b"GET  /  HTTP/1.1\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET http://other/ HTTP/1.1\r\nHost: x\r\n\r\n", b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", b"GET /%00%zz%ff HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 5000 + b"\r\n",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nA: " + b"b" * 1_000_000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\nHost: x\n\n", b"GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
]
ODD_LENGTHS = [b"-1", b"18446744073709551616", b"99999999999", b"1, 2", b"0x10", b"", b"1e3", b"5\r\nContent-Length: 6", b"+5",
               b"5\r\nTransfer-Encoding: chunked"]
ODD_CHUNKS = [b"-1\r\nab\r\n0\r\n\r\n", b"ffffffffffffffff\r\nab", b"zz\r\n", b"2\r\nabc\r\n0\r\n\r\n", b"1;" + b"x" * 70_000 + b"\r\na\r\n0\r\n\r\n",
              b"0\r\nTrailer: x\r\n\r\nGET / HTTP/1.1\r\n\r\n", b"1\r\n\r\n"]
ODD_JSON = [
    b"", b"{", b"[]", b"null", b"[" * 100_000, b'{"q":' * 10_000, b'{"q":1,"source":"en","target":"de"}', b'{"q":{},"source":[],"target":null}',
    b'{"q":"\xff\xfe","source":"en","target":"de"}', b'{"q":"\\ud800","source":"en","target":"de"}', b'{"q":"a\\u0000b","source":"en","target":"de"}',
    b'{"q":"a","source":"en","target":"de","alternatives":-1}', b'{"q":"a","source":"en","target":"de","alternatives":1e99}',
    b'{"q":["a",1,null],"source":"en","target":"de"}', b'{"q":"a","source":"zz","target":"../../x"}',
    b'{"text":"a","target_lang":"de","n_best":1000000000}', b'{"text":"a","target_lang":"de","terms":[1]}',
    b'{"text":["a"],"target_lang":"de","terms":{"":""},"prefix":"\\u0000","stream":true}', b'{"text":"a","target_lang":1,"stream":"x"}',
    b'{"text":"a b","target_lang":"de","alternatives":99999999,"prefix":" "}', b'{"text":"a","target_lang":"de","format":"exe"}',
    b'{"q":"<p><b>a</p></b><!-- &#xffffffff; &#0; <","source":"en","target":"de","format":"html"}',
]
ODD_FORMS = [b"q=%", b"q=%zz&source=en&target=de", b"q=%ff%00&source=en&target=de", b"&&&===&", b"q" * 9000 + b"=1", b"q=a&q=b&source=en&target=de",
             b"a=b&" * 20_000]
ODD_PARTS = [b"--x\r\n\r\n", b"--x", b"--x--\r\n", b'--x\r\nContent-Disposition: form-data; name="file"; filename="\x00../../a.txt"\r\n\r\na\r\n--x--\r\n',
             b'--x\r\nContent-Disposition: form-data; name="file\r\n\r\n', b"--x\r\n" * 10_000,
             b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.docx"\r\n\r\nPK\x03\x04garbage\r\n--x--\r\n']


def post(path, kind, body, length=None):
    return (f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: ".encode()
            + (str(len(body)).encode() if length is None else length) + b"\r\n\r\n" + body)


def mutated(generator, message):
    """With bytes changed, cut out, doubled, or put elsewhere."""
    message = bytearray(message)
    for _ in range(generator.randint(1, 6)):
        at, size = generator.randrange(len(message) or 1), generator.randint(1, 30)
        how = generator.randrange(5)
        if how == 0:
            message[at:at + 1] = bytes([generator.randrange(256)])
        elif how == 1:
            del message[at:at + size]
        elif how == 2:
            message[at:at] = message[at:at + size]
        elif how == 3:
            message[at:at] = generator.choice([b"\r\n", b"\0", b"\n", b":", b"\"", b"%", b"\r\n\r\n", b"\xff", b"{", b"]", b" "])
        else:
            del message[at:]
    return bytes(message)


def hostile_message(generator):
    valid = json.dumps({"q": "A man.", "source": "en", "target": "de"}).encode()
    path = generator.choice(PATHS)
    kind = generator.randrange(9)
    if kind == 0:
        return generator.randbytes(generator.randint(1, 2000))
    if kind == 1:
        return generator.choice(ODD_HEADS)
    if kind == 2:
        return post(path, "application/json", valid, generator.choice(ODD_LENGTHS))
    if kind == 3:
        return f"POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode() + generator.choice(ODD_CHUNKS)
    if kind == 4:
        return post(path, "application/json", generator.choice(ODD_JSON))
    if kind == 5:
        return post(path, "application/x-www-form-urlencoded", generator.choice(ODD_FORMS))
    if kind == 6:
        return post(path, "multipart/form-data; boundary=" + generator.choice(["x", '"', "", "x" * 5000]), generator.choice(ODD_PARTS))
    if kind == 7:
        return mutated(generator, post(path, "application/json", generator.choice([valid, *ODD_JSON[6:]])))
    return mutated(generator, post(path, "application/json", valid) * generator.randint(2, 50))


async def send_raw(url, message, patience=20):
    """All that comes back until the server closes; what is sent ends there. None if it does not come to an end."""
    connection = Connection(url)
    try:
        await connection.open()
        connection.writer.write(message)
        connection.writer.write_eof()
        return await asyncio.wait_for(connection.reader.read(-1), patience)
    except OSError:
        return b""
    except asyncio.TimeoutError:
        return None
    finally:
        connection.close()


async def malformed(url, count, seed):
    """How many answers of which status there were; prints messages that fail the server, or that it never lets go."""
    statuses, order, bad = {}, iter(range(count)), 0

    async def worker():
        nonlocal bad
        for number in order:
            message = hostile_message(random.Random(seed * 1_000_003 + number))
            answer = await send_raw(url, message)
            found = re.findall(rb"HTTP/1\.[01] (\d{3})", answer) if answer is not None else [b"no end"]
            for status in found or [b"closed"]:
                statuses[status.decode()] = statuses.get(status.decode(), 0) + 1
                if status in (b"no end", b"500", b"502"):
                    bad += 1
                    print(f"  message {number}: {status.decode()}: {message[:200]!r}", flush=True)

    await asyncio.gather(*(worker() for _ in range(32)))
    print(f"{count} malformed requests: {dict(sorted(statuses.items()))}", flush=True)
    return bad == 0


async def slowloris(url, line, expected, connections=500, seconds=20):
    """Connections that send a byte a second, while another client translates."""
    slow, answers, worst, told, open_at_end = [], 0, 0.0, 0, 0

    async def drip():
        nonlocal told, open_at_end
        connection = Connection(url)
        try:
            await connection.open()
            connection.writer.write(b"POST /translate HTTP/1.1\r\nX: ")
            end, answer = time.monotonic() + seconds, asyncio.create_task(connection.reader.read())
            while time.monotonic() < end and not answer.done():
                connection.writer.write(b"a")
                await connection.writer.drain()
                await asyncio.sleep(1)
            if answer.done():
                told += answer.result().startswith(b"HTTP/1.1 408 ")
            else:
                open_at_end += 1
                answer.cancel()
        except OSError:
            pass
        connection.close()

    slow = [asyncio.create_task(drip()) for _ in range(connections)]
    await asyncio.sleep(1)
    right, end = True, time.monotonic() + seconds - 2
    while time.monotonic() < end:
        begin, connection = time.monotonic(), Connection(url)  # a new one: they must not take all that there are
        right = right and await connection.translate(line) == expected
        worst, answers = max(worst, time.monotonic() - begin), answers + 1
        connection.close()
        await asyncio.sleep(0.1)
    await asyncio.gather(*slow)
    print(f"slowloris, {connections} connections: {answers} answers to another client meanwhile, the slowest after {worst:.2f} s; "
          f"{told} were told that they are too slow, {open_at_end} are open after {seconds} s", flush=True)
    return right and worst < 5 and open_at_end == 0


async def leaving(url, line, expected, count=300):
    """Documents of which nobody waits for the translation; the next client must not wait for them either."""
    body = json.dumps({"q": "\n".join([line] * 40), "source": "en", "target": "de"}).encode()

    async def one():
        connection = Connection(url)
        try:
            await connection.open()
            connection.writer.write(connection.request("/translate", body))
            await connection.writer.drain()
        except OSError:
            pass
        connection.close()

    await asyncio.gather(*(one() for _ in range(count)))
    begin = time.monotonic()
    for _ in range(60):
        status, headers, answer = await Connection(url).send({"q": line, "source": "en", "target": "de"})
        if status not in (429, 503):
            break
        await asyncio.sleep(float(headers.get("retry-after", 1)))
    seconds = time.monotonic() - begin
    print(f"{count} clients that leave with 40 lines each: the next is answered after {seconds:.2f} s", flush=True)
    return status == 200 and answer["translatedText"] == expected and seconds < 10


async def all_hostile(url, line, expected, count, seed):
    return all([await malformed(url, count, seed), await slowloris(url, line, expected), await leaving(url, line, expected),
                await Connection(url).translate(line) == expected])
