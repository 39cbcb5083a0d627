"""The command line: arguments in, exit code out.

0 done, 1 nothing to show or escalated, 2 bad usage, root or configuration, 3 failure.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from importlib import import_module

from redline import __version__
from redline.core.problems import StoreError
from redline.edge.cli.terminal import plain_streams
from redline.edge.cli.wiring import CliWiring, UsageProblem

Command = Callable[[argparse.Namespace, CliWiring], Coroutine[None, None, int]]
PLACES: Mapping[str, tuple[str, str]] = {
    "ask": ("ask", "ask"),
    "answer": ("answer", "answer"),
    "demo": ("demo", "demo"),
    "doctor": ("doctor", "doctor"),
    **{name: ("index", name) for name in ("index", "search", "symbols", "references")},
    **{name: ("graph", name) for name in ("callers", "callees", "tests", "importers")},
    "map": ("graph", "draw"),
    "memory": ("memory", "memory"),
    "stats": ("stats", "stats"),
}
"""Where a command is; all others are in `runs`."""
ACTIONS = ("refactor", "fix", "test", "document", "explain", "ask")


def run(argv: Sequence[str], wiring: CliWiring) -> int:
    """Runs one command; nothing but plain text gets to the terminal."""
    with plain_streams():
        return _run(argv, wiring)


def _run(argv: Sequence[str], wiring: CliWiring) -> int:
    arguments = _parser().parse_args(argv)
    try:
        if arguments.command == "serve":
            from redline.edge.cli.serve import serve

            return serve(arguments, wiring)
        if arguments.command == "model-server":
            return wiring.model_server(arguments.rest)
        return asyncio.run(wiring.ended(_command(arguments.command)(arguments, wiring)))
    except UsageProblem as problem:
        sys.stderr.write(f"redline: {problem}\n")
        return 2
    except StoreError as error:
        sys.stderr.write(f"redline: {error}\n")
        return 3
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): nothing is wrong with the run.
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return 130


def _command(name: str) -> Command:
    """Imports what the command needs, and nothing else."""
    module, function = PLACES.get(name, ("runs", name))
    found: Command = getattr(import_module(f"redline.edge.cli.{module}"), function)
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="redline",
        description="An AI coding agent that redlines your code: checked proposals, "
        "applied only when you accept them.",
    )
    parser.add_argument("--version", action="version", version=f"redline {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _agent_commands(commands)
    _index_commands(commands)
    _journal_commands(commands)
    _memory_commands(commands)
    _other_commands(commands)
    return parser


Commands = argparse._SubParsersAction  # argparse gives the type no public name


def _agent_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    demo = commands.add_parser("demo", help="the main job, end to end, with no key and no network")
    demo.add_argument("--yes", action="store_true", help="apply without asking")
    demo.add_argument("--root", help="your own project instead of the one that ships")
    ask = commands.add_parser("ask", help="one run: prints a diff that git apply takes")
    ask.add_argument("instruction", help='for example "rename Cart to Basket"')
    ask.add_argument("place", nargs="?", metavar="PATH[:LINE[-LINE]]", help="where")
    ask.add_argument("--action", choices=ACTIONS, default="refactor")
    ask.add_argument("--model", help="builtin, scripted:FILE or provider/name")
    ask.add_argument(
        "--guarded", action="store_true", help="with hunks that change what tests expect"
    )
    answer = commands.add_parser("answer", help="answer the question a run waits with")
    answer.add_argument("run")
    answer.add_argument("text", help="the answer, or the number of an option")
    answer.add_argument("--guarded", action="store_true", help=argparse.SUPPRESS)
    for each in (ask, answer):
        _root(each)
        how = each.add_mutually_exclusive_group()
        how.add_argument("--apply", action="store_true", help="write the files")
        how.add_argument("--json", action="store_true", help="the proposal as JSON")


def _index_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    index = commands.add_parser("index", help="build the index and say what is in it")
    search = commands.add_parser("search", help="ranked places for a text query")
    search.add_argument("query")
    search.add_argument("--limit", type=_positive, default=10)
    search.add_argument("--explain", action="store_true", help="what gave each file its score")
    symbols = commands.add_parser("symbols", help="definitions by name")
    symbols.add_argument("name")
    references = commands.add_parser("references", help="uses by name")
    references.add_argument("name")
    callers = commands.add_parser("callers", help="who calls a symbol, and how sure that is")
    callees = commands.add_parser("callees", help="what a symbol calls, and how sure that is")
    tests = commands.add_parser("tests", help="which tests likely run a symbol")
    for each in (callers, callees, tests):
        each.add_argument("name")
    importers = commands.add_parser("importers", help="which files import a file")
    importers.add_argument("path", help="relative to the root")
    for each in (index, search, symbols, references, callers, callees, tests, importers):
        _root(each)
        _json(each)
    outline = commands.add_parser("map", help="the code base as an outline, or as a page")
    how = outline.add_mutually_exclusive_group()
    how.add_argument("--tokens", type=_positive, default=2000, help="at most so many (2000)")
    how.add_argument("--html", metavar="OUT", help="write one self-contained page instead")
    _root(outline)


def _journal_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    runs = commands.add_parser("runs", help="past runs, newest first")
    show = commands.add_parser("show", help="one run as a timeline")
    replay = commands.add_parser("replay", help="fold a run again, without any model call")
    rollback = commands.add_parser("rollback", help="take back what a run applied")
    for each in (show, replay, rollback):
        each.add_argument("run")
    show.add_argument("--sent", action="store_true", help="what was sent where")
    for each in (runs, show, replay, rollback):
        _root(each)
    forget = "erase what RUN said, and keep its records"
    runs.add_argument("--forget", nargs="?", const="", metavar="RUN", help=forget)
    which = runs.add_mutually_exclusive_group()
    older = "with --forget: every run that is older"
    which.add_argument("--older-than", type=_days, metavar="DAYS", help=older)
    which.add_argument("--all", action="store_true", help="with --forget: every run")
    stats = commands.add_parser("stats", help="how runs went, against objectives")
    stats.add_argument("--days", type=_days, default=30.0, help="of the last so many days (30)")
    stats.add_argument("--all", action="store_true", help="of all your workspaces")
    _root(stats)
    for each in (runs, show, replay, stats):
        _json(each)


def _memory_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    memory = commands.add_parser("memory", help="what runs remember: rules, lessons, past runs")
    actions = memory.add_subparsers(dest="what", required=True, metavar="WHAT")
    listed = actions.add_parser("list", help="every memo, the latest first")
    show = actions.add_parser("show", help="one memo, and where it comes from")
    show.add_argument("id")
    edit = actions.add_parser("edit", help="open a memo, or all rules, in $EDITOR")
    edit.add_argument("id", nargs="?")
    add = actions.add_parser("add", help="a rule that later runs follow")
    add.add_argument("rule")
    forget = actions.add_parser("forget", help="take memos away")
    forget.add_argument("id", nargs="*")
    forget.add_argument("--all", action="store_true", help="every memo, rules too")
    for each in (listed, show, edit, add, forget):
        _root(each)
    for each in (listed, show):
        _json(each)


def _other_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    serve = commands.add_parser("serve", help="the language server (stdio unless said otherwise)")
    where = serve.add_mutually_exclusive_group()
    where.add_argument("--stdio", action="store_true", help="the default")
    where.add_argument("--tcp", metavar="HOST:PORT", help="beyond loopback only with a token")
    where.add_argument("--ws", metavar="HOST:PORT", help="WebSocket, else as --tcp")
    serve.add_argument("--config", metavar="FILE", help="settings of your team")
    # Editors' client libraries append this to every server they start.
    serve.add_argument("--clientProcessId", type=int, help=argparse.SUPPRESS)
    trust = commands.add_parser("trust", help="trust a folder, or take trust back")
    trust.add_argument("folder", nargs="?", default=".")
    trust.add_argument("--revoke", action="store_true")
    stop = commands.add_parser("stop", help="stop every run of yours, in every editor, at once")
    stop.add_argument("--all", action="store_true", required=True, help="there is no other way")
    resume = commands.add_parser("resume", help="let runs begin again after `stop --all`")
    for each in (stop, resume):
        _root(each)
    doctor = commands.add_parser("doctor", help="what works on this machine")
    _root(doctor)
    _json(doctor)
    server = commands.add_parser(
        "model-server", help="a scripted OpenAI-compatible server on loopback, for debugging"
    )
    server.add_argument("rest", nargs=argparse.REMAINDER, metavar="SCRIPT [--port N] [--log FILE]")


def _root(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--root", help="the folder of the project; here unless given")


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON value on stdout")


def _days(text: str) -> float:
    number = float(text)
    if not number >= 0:
        raise argparse.ArgumentTypeError("must be 0 or more")
    return number


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number
