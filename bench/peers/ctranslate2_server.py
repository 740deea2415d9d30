"""LibreTranslate's stack at its best: POST /translate by FastAPI over CTranslate2, which batches across requests.

usage: ctranslate2_server.py MODEL BEAM COMPUTE_TYPE WORKERS THREADS BATCH
MODEL is a folder that `dragoman export` wrote. Sentences that arrive while all WORKERS are busy wait together, and go to the next free
one as one batch of up to BATCH. Prints "listening on URL" on stderr.
"""

import asyncio
import contextlib
import pathlib
import socket
import sys

import ctranslate2
import fastapi
import sentencepiece
import uvicorn

folder, beam, kind, workers, threads, batch = sys.argv[1:7]
pieces = sentencepiece.SentencePieceProcessor(model_file=str(pathlib.Path(folder) / "tokenizer.spm"))
translator = ctranslate2.Translator(folder, device="cpu", compute_type=kind, inter_threads=int(workers), intra_threads=int(threads))
waiting = asyncio.Queue()


async def translate_batches(free):
    """Gathers what waits whenever a worker is free; results come back by CTranslate2's own queue."""
    loop = asyncio.get_running_loop()

    def finish(results, futures):
        found = [result.result().hypotheses[0] for result in results]
        loop.call_soon_threadsafe(lambda: [future.done() or future.set_result(tokens) for future, tokens in zip(futures, found)])
        loop.call_soon_threadsafe(free.release)

    while True:
        await free.acquire()
        gathered = [await waiting.get()]
        while len(gathered) < int(batch) and not waiting.empty():
            gathered.append(waiting.get_nowait())
        results = translator.translate_batch([tokens for tokens, _ in gathered], beam_size=int(beam), asynchronous=True)
        loop.run_in_executor(None, finish, results, [future for _, future in gathered])


@contextlib.asynccontextmanager
async def life(_):
    task = asyncio.create_task(translate_batches(asyncio.Semaphore(int(workers))))
    yield
    task.cancel()


app = fastapi.FastAPI(lifespan=life)


async def translated(line):
    future = asyncio.get_running_loop().create_future()
    waiting.put_nowait((pieces.encode(line, out_type=str), future))
    return pieces.decode(await future)


@app.post("/translate")
async def translate(request: fastapi.Request):
    q = (await request.json())["q"]
    texts = [q] if isinstance(q, str) else q
    lines = [text.split("\n") for text in texts]
    done = iter(await asyncio.gather(*(translated(line) for text in lines for line in text)))
    answers = ["\n".join(next(done) for _ in text) for text in lines]
    return {"translatedText": answers[0] if isinstance(q, str) else answers}


listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
print(f"listening on http://127.0.0.1:{listener.getsockname()[1]}", file=sys.stderr, flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False, timeout_keep_alive=75)).run(sockets=[listener])
