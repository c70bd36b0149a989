"""The addresses of the desk: its page, what the page asks for, and the decisions that it takes.

Answers are JSON, and text of articles only ever goes into the page as text. Nothing that a request says is used as the
name of a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from importlib.resources import files
from typing import Any, cast, get_args

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from cleanpipe.archive import Change
from cleanpipe.errors import CleanpipeError, InputError, UsageError
from cleanpipe.model import Relation, Verdict
from cleanpipe.report import assets, words
from cleanpipe.report.collect import list_of_stories
from cleanpipe.report.names import rule_sentences
from cleanpipe.report.page import render
from cleanpipe.review.desk import Desk
from cleanpipe.review.guard import TOO_LARGE, Guard, refused
from cleanpipe.review.queue import Case, fingerprint
from cleanpipe.review.told import case_row, conflict_row, progress_row, steps
from cleanpipe.text.jsonline import dump, load

Json = dict[str, Any]

PARTS = ("ask.js", "actions.js", "case.js", "queue.js", "batches.js", "past.js", "keys.js", "desk.js")
"""The desk's own parts of the script, put together in this order after those of the report."""
STORY_PARTS = ("ask.js", "actions.js", "stories.js")
"""The desk's parts of the script in the pages of the report."""
REPORT_ONLY = ("source.js", "list.js", "report.js")
"""Parts of the report's script that the desk has no use for: its list of stories, and what starts it."""

CASES_AT_ONCE = 50
STEPS_AT_ONCE = 50
CHANGES_TOLD = 20
LONGEST_NOTE = 2000
LONGEST_NAME = 4096
VERDICTS = ("accept", "reject", "canonical", "independent", "unsure")


def application(desk: Desk, host: str, token: str, close: Callable[[], None]) -> ASGIApp:
    """The desk as an application for the browser that knows `token`, at `host` ("address:port"). `close` is called when
    the page is told to end the work."""
    pages = _Pages(desk, close)
    routes = [
        Route("/", _fixed(_asset("desk.html"), "text/html"), methods=["GET"]),
        Route("/desk.css", _fixed(f"{assets.style()}\n{_asset('desk.css')}", "text/css"), methods=["GET"]),
        Route("/desk.js", _fixed(_script(), "text/javascript"), methods=["GET"]),
        Route("/icon.svg", _fixed(_asset("icon.svg"), "image/svg+xml"), methods=["GET"]),
        Route("/stories", pages.stories, methods=["GET"]),
        Route("/stories.js", _fixed(_live_script(), "text/javascript"), methods=["GET"]),
        Route("/api/index", pages.index, methods=["GET"]),
        Route("/api/story", pages.story, methods=["GET"]),
        Route("/decisions.jsonl", pages.decisions, methods=["GET"]),
        Route("/api/words", pages.words, methods=["GET"]),
        Route("/api/queue", pages.queue, methods=["GET"]),
        Route("/api/pair", pages.pair, methods=["GET"]),
        Route("/api/past", pages.past, methods=["GET"]),
        Route("/api/conflicts", pages.conflicts, methods=["GET"]),
        Route("/api/batch", pages.batch, methods=["GET"]),
        Route("/api/decide", pages.decide, methods=["POST"]),
        Route("/api/accept-all", pages.accept_all, methods=["POST"]),
        Route("/api/settle", pages.settle, methods=["POST"]),
        Route("/api/undo", pages.undo, methods=["POST"]),
        Route("/api/import", pages.take_over, methods=["POST"]),
        Route("/api/write", pages.write, methods=["POST"]),
        Route("/api/close", pages.close, methods=["POST"]),
    ]
    return Guard(
        Starlette(routes=routes, exception_handlers={CleanpipeError: _told, HTTPException: _not_answered}), host, token
    )


class _Pages:
    """What is answered. Each method asks the desk in a thread, because linking takes a moment."""

    def __init__(self, desk: Desk, close: Callable[[], None]) -> None:
        self._desk = desk
        self._close = close

    async def words(self, request: Request) -> Response:
        rules = await run_in_threadpool(rule_sentences, self._desk.manifest)
        return _json({"words": words.for_page(), "rules": rules, "by": self._desk.by})

    async def queue(self, request: Request) -> Response:
        relation, show = request.query_params.get("relation", ""), request.query_params.get("show", "open")
        first = _whole(request.query_params.get("first", "0"))

        def found() -> Json:
            cases = self._desk.cases()
            kinds = {"open": ("contradicted", "waiting", "linked"), "waiting": ("contradicted", "waiting")}
            ranks = kinds.get(show, ("decided",))
            chosen = [case for case in cases if case.rank in ranks and relation in ("", case.link.relation)]
            return {
                "found": len(chosen),
                "first": first,
                "cases": self._rows(chosen[first : first + CASES_AT_ONCE]),
                "progress": progress_row(cases, self._desk.decisions(), self._desk.by, len(self._desk.conflicts())),
            }

        return _json(await run_in_threadpool(found))

    async def pair(self, request: Request) -> Response:
        copy = request.query_params.get("copy", "")
        story = await run_in_threadpool(self._desk.pair, copy)
        if story is None:
            return _json({"error": "This link is no more: another decision changed it."}, HTTPStatus.NOT_FOUND)
        return _json(story)

    async def stories(self, request: Request) -> Response:
        """The report's own page, whose texts come from the archive as it is now."""

        def rendered() -> str:
            found = self._desk.overview()
            return render(
                "stories.html.j2",
                found.summary,
                rules=found.rules,
                manifest=found.manifest,
                more_templates={"stories.html.j2": _asset("stories.html.j2")},
            )

        return Response(await run_in_threadpool(rendered), media_type="text/html")

    async def index(self, request: Request) -> Response:
        def found() -> Json:
            overview = self._desk.overview()
            return list_of_stories(overview.summary, overview.rules)

        return _json(await run_in_threadpool(found))

    async def story(self, request: Request) -> Response:
        story = await run_in_threadpool(self._desk.story, request.query_params.get("cluster", ""))
        if story is None:
            return _json({"error": "This story is no more: a decision changed it."}, HTTPStatus.NOT_FOUND)
        return _json(story)

    async def past(self, request: Request) -> Response:
        first = _whole(request.query_params.get("first", "0"))

        def found() -> Json:
            taken = steps(self._desk.decisions())
            shown = taken[first : first + STEPS_AT_ONCE]
            names = self._names(item for step in shown for item in step["items"])
            return {"found": len(taken), "first": first, "steps": shown, "names": names}

        return _json(await run_in_threadpool(found))

    async def conflicts(self, request: Request) -> Response:
        def found() -> Json:
            rows = [conflict_row(item) for item in self._desk.conflicts()]
            names = self._names(item for row in rows for item in (row["counts"], *row["others"]))
            return {"conflicts": rows, "names": names}

        return _json(await run_in_threadpool(found))

    async def batch(self, request: Request) -> Response:
        relation, least = _choice(request.query_params.get("relation"), request.query_params.get("least"))
        found = await run_in_threadpool(self._desk.batch, relation, least)
        rows = await run_in_threadpool(self._rows, found[:CASES_AT_ONCE])
        articles = sum(case.settles for case in found)
        return _json({"count": len(found), "seen": fingerprint(found), "articles": articles, "cases": rows})

    async def decide(self, request: Request) -> Response:
        asked = await _asked(request)
        verdict, note = asked.get("verdict"), _text(asked, "note", LONGEST_NOTE)
        copy, canonical = _text(asked, "copy", LONGEST_NAME), _text(asked, "canonical", LONGEST_NAME)
        if verdict not in VERDICTS:
            raise UsageError(f"{str(verdict)[:40]!r} is no verdict")
        ends = {"independent": (copy, None), "canonical": (None, copy)}.get(verdict, (copy, canonical))
        changes = await run_in_threadpool(self._desk.decide, cast(Verdict, verdict), *ends, note)
        return _changed({}, changes)

    async def accept_all(self, request: Request) -> Response:
        asked = await _asked(request)
        relation, least = _choice(asked.get("relation"), asked.get("least"))
        seen, note = _text(asked, "seen", LONGEST_NAME), _text(asked, "note", LONGEST_NOTE)
        taken, changes = await run_in_threadpool(self._desk.accept_all, relation, least, seen, note)
        return _changed({"taken": taken}, changes)

    async def undo(self, request: Request) -> Response:
        step = (await _asked(request)).get("step")
        if not (step is None or isinstance(step, int)):
            raise UsageError("a step is a number")
        done, changes = await run_in_threadpool(self._desk.undo, step)
        return _changed(done, changes)

    async def settle(self, request: Request) -> Response:
        number = (await _asked(request)).get("number")
        if not isinstance(number, int):
            raise UsageError("a decision is called by its number")
        return _changed({}, await run_in_threadpool(self._desk.settle, number))

    async def take_over(self, request: Request) -> Response:
        done, changes = await run_in_threadpool(self._desk.import_lines, await request.body())
        return _changed(done, changes)

    async def write(self, request: Request) -> Response:
        await _asked(request)
        return _json({"written": await run_in_threadpool(self._desk.write)})

    async def close(self, request: Request) -> Response:
        await _asked(request)
        self._close()
        return _json({})

    def _rows(self, cases: Sequence[Case]) -> list[Json]:
        names = self._desk.headlines([name for case in cases for name in (case.link.copy, case.link.canonical)])
        return [case_row(case, names) for case in cases]

    def _names(self, decisions: Iterable[Json]) -> Json:
        """What the documents of decisions are called now, by id."""
        return self._desk.headlines(
            sorted({id for item in decisions for id in (item["copy"], item["canonical"]) if id is not None})
        )

    async def decisions(self, request: Request) -> Response:
        lines = await run_in_threadpool(self._desk.decision_lines)
        named = {"Content-Disposition": 'attachment; filename="decisions.jsonl"'}
        return Response(b"".join(lines), media_type="application/jsonl", headers=named)


def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


def _script() -> str:
    theirs = [assets.text_of(name) for name in assets.SCRIPTS if name not in REPORT_ONLY]
    return "\n".join([*theirs, *map(_asset, PARTS)])


def _live_script() -> str:
    return assets.script(source=_asset("live.js"), more=[_asset(name) for name in STORY_PARTS])


def _fixed(content: str, media_type: str) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        return Response(content, media_type=media_type)

    return answer


def _json(value: Json, status: int = HTTPStatus.OK) -> Response:
    return Response(dump(value), status, media_type="application/json")


def _changed(done: Json, changes: list[Change]) -> Response:
    return _json({**done, "changes": len(changes), "changed": [item.kind for item in changes[:CHANGES_TOLD]]})


async def _told(request: Request, error: Exception) -> Response:
    wrong = isinstance(error, UsageError | InputError)
    return _json({"error": str(error)}, HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.INTERNAL_SERVER_ERROR)


async def _not_answered(request: Request, error: Exception) -> Response:
    status = HTTPStatus(error.status_code) if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
    says = {HTTPStatus.NOT_FOUND: "There is no such page.", HTTPStatus.REQUEST_ENTITY_TOO_LARGE: TOO_LARGE}
    return refused(request.url.path, status, says.get(status, f"{status.phrase}."))


async def _asked(request: Request) -> Json:
    """The JSON object of a request. Raises UsageError for anything else, a form among them."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise UsageError("send JSON")
    try:
        asked = load(await request.body())
    except ValueError as error:
        raise UsageError("send JSON") from error
    if not isinstance(asked, dict):
        raise UsageError("send a JSON object")
    return asked


def _text(asked: Json, name: str, longest: int) -> str:
    value = asked.get(name, "")
    if not isinstance(value, str) or len(value) > longest:
        raise UsageError(f"{name} is no text of at most {longest:,} characters")
    return value


def _whole(value: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) < 10):
        raise UsageError(f"{value[:40]!r} is no place in a list")
    return int(value)


def _choice(relation: Any, least: Any) -> tuple[Relation, float]:
    """The choice of a batch: a relation, and the least confidence from 0 to 1."""
    if relation not in get_args(Relation):
        raise UsageError(f"{str(relation)[:40]!r} is no relation")
    try:
        share = float(least)
    except (TypeError, ValueError):
        share = -1.0
    if not 0.0 <= share <= 1.0:
        raise UsageError("say from which confidence on, from 0 to 1")
    return cast(Relation, relation), share
