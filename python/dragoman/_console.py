"""The program `dragoman`."""

import os
import signal
import sys

from dragoman import _dragoman


def main() -> None:
    # LibTorch keeps descriptions of so many products for each thread: with its own 1,024, some 60 MB.
    os.environ.setdefault("LRU_CACHE_CAPACITY", "128")
    # The interpreter would only note a Ctrl-C until the command returns.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    code = _dragoman.run_command(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    # Whatever is to be kept has been written; what is loaded need not be taken apart.
    os._exit(code)
