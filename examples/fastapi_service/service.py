"""A web service in front of a log: any number of worker processes, each with an engine of its own.

Run it beside a log, which has to be there already:

    MENTORING_LOG=program.db uvicorn --workers 2 service:app
    MENTORING_LOG=postgresql://mentor@db/mentoring MENTORING_KEYS=program.keys \
        uvicorn --workers 2 service:app

What a web service has to get right is in this one file:

- the engine is opened in the worker, after it was started, and closed when the worker ends;
- whoever calls gives an `Idempotency-Key`, so that a request repeated after a time-out, by
  whichever worker it is answered, is recorded once;
- a refusal is a 409 with its code and sentence, input that does not fit a 422 with every problem,
  and a database that is away or busy a 503 that may be tried again;
- functions are plain `def`: the framework runs them in threads, and an engine is shared by threads.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Request
from fastapi.responses import JSONResponse

import mentorcore as mc

RETRY_AFTER = {"Retry-After": "2"}


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open the log when a worker starts, and give it back when it ends."""
    log, keys = os.environ["MENTORING_LOG"], os.environ.get("MENTORING_KEYS")
    with mc.open(log, keys=keys, create=False) as engine:
        app.state.engine = engine
        yield


app = FastAPI(title="Mentoring", lifespan=lifespan)


def the_engine(request: Request) -> mc.Engine:
    """The engine of this worker."""
    engine: mc.Engine = request.app.state.engine
    return engine


Log = Annotated[mc.Engine, Depends(the_engine)]
Key = Annotated[str, Header(alias="Idempotency-Key")]


@app.exception_handler(mc.Refused)
def refused(_request: Request, refusal: mc.Refused) -> JSONResponse:
    """The rules do not allow it: say which and why."""
    return JSONResponse({"code": refusal.code, "message": str(refusal)}, 409)


@app.exception_handler(mc.Invalid)
def invalid(_request: Request, problem: mc.Invalid) -> JSONResponse:
    """What was sent fits no command: say all that is wrong with it."""
    wrong = [mc.plain(p) for p in problem.problems]
    return JSONResponse({"code": "invalid", "message": str(problem), "problems": wrong}, 422)


@app.exception_handler(mc.KeyReused)
def reused(_request: Request, problem: mc.KeyReused) -> JSONResponse:
    """The key belongs to another request."""
    return JSONResponse({"code": "key_reused", "message": str(problem)}, 422)


@app.exception_handler(mc.Conflict)
@app.exception_handler(mc.LogAway)
@app.exception_handler(mc.LogBusy)
def later(_request: Request, problem: mc.MentorcoreError) -> JSONResponse:
    """The database is away, or others were faster: the same request may come again."""
    body = {"code": "try_again", "message": str(problem)}
    return JSONResponse(body, 503, headers=RETRY_AFTER)


@app.post("/commands/{name}", status_code=201)
def ask(name: str, fields: dict[str, Any], engine: Log, key: Key) -> dict[str, Any]:
    """Ask for a command by its name, such as ``hold-meeting``; its fields as JSON."""
    command = engine.command(name, fields)
    answer = engine.handle(command, actor=mc.Actor("web", "coordinator", "system"), key=key)
    events = [{"stream": e.stream, "version": e.version, "name": e.name} for e in answer.events]
    return {"replayed": answer.replayed, "events": events}


@app.get("/pairings/{pairing}")
def pairing(pairing: str, engine: Log) -> Any:
    """How one pairing stands, as a coordinator sees it."""
    status = engine.status(viewer=mc.Viewer.coordinator())
    return mc.plain(status.pairing(pairing))


@app.get("/health")
def health(engine: Log) -> JSONResponse:
    """Whether the log answers within two seconds, up to which event, and which worker asked it."""
    found = engine.health(timeout=2)
    body = {"problem": found.problem, "position": found.position, "worker": os.getpid()}
    return JSONResponse(body, 200 if found.reachable else 503)
