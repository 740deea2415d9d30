"""Runs the examples for Spark and Ray against the program: same bytes, also where a worker is killed, and how fast.

    check.py DRAGOMAN MODEL TEXT FOLDER: MODEL translates TEXT, a minute's work at least, in FOLDER, which is emptied.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
THREADS = 2  # of the whole machine, for either side


def spark(model: str, text: pathlib.Path, output: pathlib.Path) -> list[str]:
    return [
        *("spark-submit", "--master", f"local[{THREADS},4]", "--conf", "spark.ui.enabled=false"),
        *("--py-files", str(HERE / "spark/dragoman_worker.py"), str(HERE / "spark/translate.py")),
        *("--model", model, "--input", str(text), "--output", str(output), "--partitions", "8"),
    ]


def ray(model: str, text: pathlib.Path, output: pathlib.Path) -> list[str]:
    return [
        *(sys.executable, str(HERE / "ray/translate.py"), "--model", model, "--input", str(text)),
        *("--output", str(output), "--actors", "1", "--cpus", str(THREADS), "--lines", "1024"),
    ]


# What the processes are called that have a model.
ENGINES = {"spark": (spark, "pyspark.daemon"), "ray": (ray, "ray::MapWorker")}


# A run takes minutes; one that takes longer waits for something.
LIMIT_SECONDS = 900


def with_tcmalloc() -> dict[str, str]:
    """The environment in which workers allocate as the program does."""
    found = sorted(pathlib.Path("/usr/lib").glob("*/libtcmalloc_minimal.so.4"))
    return {**os.environ, **({"LD_PRELOAD": str(found[0])} if found else {})}


def translations(folder: pathlib.Path) -> list[str]:
    import pyarrow.parquet

    rows = pyarrow.parquet.read_table(folder).to_pylist()
    rows.sort(key=lambda row: row["number"])
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1)), "numbers lack, or are there twice"
    return [row["translation"] for row in rows]


def kill_one(name: str, killed: list[int]) -> None:
    """Kills the youngest process of this name that has loaded the library, once there is one."""
    for _ in range(600):
        time.sleep(0.2)
        found = subprocess.run(["pgrep", "-f", name], capture_output=True, text=True).stdout.split()
        for pid in sorted(map(int, found), reverse=True):
            try:
                maps = pathlib.Path(f"/proc/{pid}/maps").read_text()
            except OSError:
                continue
            if "libdragoman" in maps and len(list(pathlib.Path(f"/proc/{pid}/task").iterdir())) > THREADS:
                time.sleep(2)
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
                return


def run(engine: str, model: str, text: pathlib.Path, folder: pathlib.Path, kills: bool) -> tuple[list[str], float]:
    command, name = ENGINES[engine]
    output = folder / engine
    shutil.rmtree(output, ignore_errors=True)
    killed: list[int] = []
    started = time.monotonic()
    process = subprocess.Popen(
        command(model, text, output), env=with_tcmalloc(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if kills:
        killer = threading.Thread(target=kill_one, args=(name, killed))
        killer.start()
    said, _ = process.communicate(timeout=LIMIT_SECONDS)
    seconds = time.monotonic() - started
    assert process.returncode == 0, said
    if kills:
        killer.join()
        assert killed, f"no worker of {engine} was found to be killed"
    return translations(output), seconds


def main() -> None:
    dragoman, model, text, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), pathlib.Path(sys.argv[4])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    few = folder / "few"
    few.write_bytes(b"".join(text.read_bytes().splitlines(keepends=True)[:64]))

    def by_program(file: pathlib.Path) -> tuple[list[str], float]:
        started = time.monotonic()
        words = [dragoman, "translate", "--model", model, "--input", file, "--threads", str(THREADS), "--quiet"]
        out = subprocess.run(words, capture_output=True, check=True).stdout.decode()
        return out.removesuffix("\n").split("\n"), time.monotonic() - started

    expected, seconds = by_program(text)
    rate = len(expected) / (seconds - by_program(few)[1])
    print(f"dragoman translate: {rate:.0f} lines/s behind its start")
    for engine in ENGINES:
        found, seconds = run(engine, model, text, folder, kills=False)
        assert found == expected, f"{engine} translates otherwise"
        start = run(engine, model, few, folder, kills=False)[1]
        found, _ = run(engine, model, text, folder, kills=True)
        assert found == expected, f"{engine} translates otherwise where a worker was killed"
        engine_rate = len(expected) / (seconds - start)
        print(f"{engine}: same lines, with a worker killed, too; {engine_rate:.0f} lines/s, ratio {engine_rate / rate:.2f}")


if __name__ == "__main__":
    main()
