"""What the measurements share: texts of Multi30k, and runs of a program with their rate and peak memory."""

import gzip
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DRAGOMAN = ROOT / "build/release/dragoman"


def text(name):
    """A file of Multi30k: from MULTI30K_DIR, else build/multi30k, packed or not."""
    origin = pathlib.Path(os.environ.get("MULTI30K_DIR", ROOT / "build/multi30k"))
    packed = origin / (name + ".gz")
    if not packed.exists() and not (origin / name).exists():
        sys.exit(f"{origin}: there is no {name}; run data/fetch_multi30k.sh, or set MULTI30K_DIR")
    return gzip.open(packed).read() if packed.exists() else (origin / name).read_bytes()


def has_instructions(flag):
    return flag in pathlib.Path("/proc/cpuinfo").read_text()


def has_bf16():
    return has_instructions("avx512_bf16")


def preloaded_tcmalloc():
    """The environment in which a peer allocates as fast as Dragoman does."""
    found = sorted(pathlib.Path("/usr/lib").glob("*/libtcmalloc_minimal.so.4"))
    return {"LD_PRELOAD": str(found[0])} if found else {}


def training_rate(model, warm_up):
    """Target tokens a second of a training with --log-interval 1, padding excluded, without so many first updates; none where
    there were no others."""
    entries = [json.loads(line) for line in open(model / "training/log.jsonl")]
    logged = [entry for entry in entries if entry["event"] == "train"]
    if len(logged) <= warm_up:
        return None
    first, last = logged[warm_up - 1], logged[-1]
    return (last["target_tokens"] - first["target_tokens"]) / (last["seconds"] - first["seconds"])


class Run:
    """What one run measured: the number that `pattern` finds in its output as `rate`, peak memory in MB as `memory`; `said` is
    all of its output.

    One that takes longer than `limit` seconds is ended, and has the rate 0.
    """

    def __init__(self, command, pattern=None, environment=None, limit=None):
        with tempfile.TemporaryFile() as log:
            process = subprocess.Popen([str(word) for word in command], stdout=log, stderr=subprocess.STDOUT,
                                       env={**os.environ, **(environment or {})})
            timer = threading.Timer(limit or 1e6, process.kill)
            timer.start()
            _, status, usage = os.wait4(process.pid, 0)
            late = limit and not timer.is_alive()
            timer.cancel()
            process.returncode = os.waitstatus_to_exitcode(status)
            log.seek(0)
            self.said = log.read().decode(errors="replace")
        self.memory = usage.ru_maxrss / 1024
        if late:
            self.rate = 0.0
            return
        found = re.search(pattern, self.said) if pattern else None
        if status != 0 or (pattern and not found):
            sys.exit(f"{command} failed:\n{self.said}")
        self.rate = float(found.group(1)) if found else None
