"""The server against FastAPI over CTranslate2: ./run bench serve --model MODEL [--only PART ...] [-- OPTIONS OF dragoman serve]

MODEL is one of docs/recipes/multi30k.yaml; a model of base size (6+6 layers, width 512, vocabulary 32,000) that translates just as it
does is made of it, in int8, and exported for CTranslate2. Sentences are those of Multi30k's test_2016_flickr (MULTI30K_DIR, else
build/multi30k). Parts:

  compare   sentences a second with 64 clients, latency at half of the peer's rate, and of one client alone; the peer with the threads and
            batches that are best for each. Ends with the ratio of the rates
  start     from the start of the process with ten models until it is ready, and the first answer of one of them
  soak      200 clients for ten minutes, a tenth of them slow or leaving; each answer must be that of `dragoman translate`
  hostile   10,000 malformed requests, 500 connections that never finish theirs, clients that leave

Without --only, compare and start. Ends with 1 where something is lost or wrong. Needs a Python with numpy, and to compare with ctranslate2,
sentencepiece, fastapi and uvicorn: PEERS_PYTHON, or bench/peers/setup.sh.
"""

import argparse
import asyncio
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time

from peers.measured import DRAGOMAN, ROOT, preloaded_tcmalloc, text
from serving.grown_model import grow
from serving.hostile import all_hostile
from serving.http_load import Connection, closed_loop, memory_of, open_loop
from serving.servers import Server
from serving.soak import soak

PEER = ROOT / "bench/peers/ctranslate2_server.py"
CORES = len(os.sched_getaffinity(0))
CLIENTS = 64
TARGETS = ("de", "fr", "es", "it", "nl", "pt", "da", "sv", "cs", "pl")


def make_models(folder, small):
    grow(DRAGOMAN, small, folder / "fp32")
    subprocess.run([DRAGOMAN, "quantize", "--quiet", "--model", folder / "fp32", "--output", folder / "int8", "--precision", "int8"],
                   check=True)
    subprocess.run([DRAGOMAN, "export", "--quiet", "--model", folder / "fp32", "--output", folder / "exported"], check=True)


def sentences():
    return [line for line in text("test_2016_flickr.en").decode().split("\n") if line.strip()]


def translations(folder, lines, options):
    """What `dragoman translate` makes of the lines."""
    done = subprocess.run([DRAGOMAN, "translate", "--quiet", "--model", folder / "int8", "--beam-size", str(options.beam)],
                          input="".join(line + "\n" for line in lines), capture_output=True, text=True, check=True)
    return dict(zip(lines, done.stdout.split("\n")))


def ours(folder, options):
    return Server([options.binary, "serve", "--model", folder / "int8", "--port", "0", "--beam-size", options.beam, *options.server_options])


def theirs(folder, options, workers, batch):
    return Server([sys.executable, PEER, folder / "exported", options.beam, "int8", workers, CORES // workers, batch],
                  preloaded_tcmalloc(), ends=-signal.SIGTERM)


async def warm(url, lines):
    await asyncio.gather(*(Connection(url).translate(line) for line in lines[:2 * CORES]))


def loaded(server, lines, seconds, clients=CLIENTS):
    """The figures of a server that is started for them."""
    async def run():
        await warm(server.url, lines)
        return await closed_loop(server.url, lines, clients, seconds)
    with server:
        figures = asyncio.run(run())
        figures.memory = memory_of(server.pid)
    return figures


def spread(server, lines, rate, seconds):
    async def run():
        await warm(server.url, lines)
        return await open_loop(server.url, lines, rate, seconds)
    with server:
        return asyncio.run(run())


def best_peer(folder, lines, options):
    """The peer's best workers and batches: for many clients, and for one."""
    tries = [(workers, batch) for workers in sorted({1, CORES}) for batch in (16, 32, 64)]
    rates = {}
    for workers, batch in tries:
        rates[workers, batch] = loaded(theirs(folder, options, workers, batch), lines, options.seconds / 2).rate
        print(f"  tried {workers} workers, batches of {batch}: {rates[workers, batch]:.1f} sentences/s", flush=True)
    alone = {workers: loaded(theirs(folder, options, workers, 32), lines, options.seconds / 2, 1).quantile(0.5)
             for workers in sorted({1, CORES})}
    return max(rates, key=rates.get), (min(alone, key=alone.get), 32)


def row(label, mine, peer, unit):
    print(f"{label:44} dragoman {mine:8.1f} {unit}   peer {peer:8.1f} {unit}   ratio {mine / peer:.2f}", flush=True)
    return mine / peer


def compare(folder, lines, options):
    many, alone = best_peer(folder, lines, options)
    print(f"  peer: {many[0]} workers and batches of {many[1]} for many clients, {alone[0]} workers for one", flush=True)
    median = statistics.median
    rounds = [(loaded(ours(folder, options), lines, options.seconds), loaded(theirs(folder, options, *many), lines, options.seconds))
              for _ in range(options.rounds)]
    mine, peer = (median(pair[side].rate for pair in rounds) for side in (0, 1))
    ratio = row(f"{CLIENTS} clients, beam {options.beam}, int8", mine, peer, "sentences/s")
    row("  memory of the server", *(max(pair[side].memory for pair in rounds) for side in (0, 1)), "MB")
    share = max(figures.share for pair in rounds for figures in pair)
    print(f"  the clients took at most {share:.0%} of a core", flush=True)
    rounds = [(spread(ours(folder, options), lines, peer / 2, options.seconds),
               spread(theirs(folder, options, *many), lines, peer / 2, options.seconds)) for _ in range(options.rounds)]
    for part in (0.5, 0.99):
        row(f"p{part * 100:.0f} at {peer / 2:.1f} sentences/s", *(1000 * median(pair[side].quantile(part) for pair in rounds)
                                                                  for side in (0, 1)), "ms")
    rounds = [(loaded(ours(folder, options), lines, options.seconds / 2, 1), loaded(theirs(folder, options, *alone), lines, options.seconds / 2, 1))
              for _ in range(options.rounds)]
    row("one client, one sentence", *(1000 * median(pair[side].quantile(0.5) for pair in rounds) for side in (0, 1)), "ms")
    return ratio


def start_many(folder, lines, options):
    """Ten models that differ in their languages; their weights are one file."""
    words = []
    for target in TARGETS:
        model = folder / f"en-{target}"
        model.mkdir()
        for file in (folder / "int8").iterdir():
            if file.name in ("model.safetensors", "tokenizer.spm"):
                os.link(file, model / file.name)
        config = json.loads((folder / "int8/config.json").read_text())
        (model / "config.json").write_text(json.dumps({**config, "target_lang": target}))
        subprocess.run([DRAGOMAN, "seal", "--quiet", "--model", model], check=True)
        words += ["--model", model]

    async def first(url):
        begin = time.perf_counter()
        status, _, answer = await Connection(url).send({"q": lines[0], "source": "en", "target": TARGETS[7]})
        if status != 200:
            sys.exit(f"{status}: {answer}")
        return time.perf_counter() - begin
    starts, firsts = [], []
    for _ in range(2 * options.rounds + 1):
        begin = time.perf_counter()
        with Server([options.binary, "serve", *words, "--port", "0", *options.server_options]) as server:
            server.get("/health")
            starts.append(time.perf_counter() - begin)
            firsts.append(asyncio.run(first(server.url)))
    print(f"{len(TARGETS)} models: ready after {statistics.median(starts):.2f} s, the first answer of one after "
          f"{statistics.median(firsts):.2f} s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, type=pathlib.Path)
    parser.add_argument("--only", nargs="+", choices=("compare", "start", "soak", "hostile"), default=("compare", "start"))
    parser.add_argument("--binary", default=DRAGOMAN, help="the server's, as one with sanitizers: build/asan/dragoman")
    parser.add_argument("--beam", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20, help="of each load")
    parser.add_argument("--clients", type=int, default=200, help="of the soak")
    parser.add_argument("--soak-seconds", type=float, default=600)
    parser.add_argument("--requests", type=int, default=10_000, help="malformed ones")
    parser.add_argument("--seed", type=int, default=1, help="of what is malformed")
    split = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    options = parser.parse_args(sys.argv[1:split])
    options.server_options = sys.argv[split + 1:]
    good, ratio = True, None
    with tempfile.TemporaryDirectory() as name:
        folder, lines = pathlib.Path(name), sentences()
        make_models(folder, options.model)
        if "compare" in options.only:
            ratio = compare(folder, lines, options)
        if "start" in options.only:
            start_many(folder, lines, options)
        if "soak" in options.only or "hostile" in options.only:
            known = translations(folder, lines, options)
            with ours(folder, options) as server:
                asyncio.run(warm(server.url, lines))
                if "soak" in options.only:
                    good &= asyncio.run(soak(server.url, server.pid, known, options.clients, options.soak_seconds))
                if "hostile" in options.only:
                    good &= asyncio.run(all_hostile(server.url, lines[0], known[lines[0]], options.requests, options.seed))
    if ratio is not None:
        print(f"ratio {ratio:.2f}")
    sys.exit(0 if good else 1)


main()
