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
from redline.edge.cli.wiring import CliWiring, UsageProblem

Command = Callable[[argparse.Namespace, CliWiring], Coroutine[None, None, int]]
PLACES: Mapping[str, tuple[str, str]] = {
    "ask": ("ask", "ask"),
    "demo": ("demo", "demo"),
    "doctor": ("doctor", "doctor"),
    **{name: ("index", name) for name in ("index", "search", "symbols", "references")},
    **{name: ("graph", name) for name in ("callers", "callees", "tests", "importers")},
    "map": ("graph", "draw"),
}
"""Where a command is; all others are in `runs`."""
ACTIONS = ("refactor", "fix", "test", "document", "explain", "ask")


def run(argv: Sequence[str], wiring: CliWiring) -> int:
    """Runs one command."""
    arguments = _parser().parse_args(argv)
    try:
        if arguments.command == "serve":
            from redline.edge.cli.serve import serve

            return serve(arguments, wiring)
        if arguments.command == "model-server":
            return wiring.model_server(arguments.rest)
        return asyncio.run(_command(arguments.command)(arguments, wiring))
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
    _root(ask)
    how = ask.add_mutually_exclusive_group()
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
    for each in (runs, show, replay, rollback):
        _root(each)
    for each in (runs, show, replay):
        _json(each)


def _other_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    serve = commands.add_parser("serve", help="the language server (stdio unless said otherwise)")
    where = serve.add_mutually_exclusive_group()
    where.add_argument("--stdio", action="store_true", help="the default")
    where.add_argument("--tcp", metavar="HOST:PORT", help="loopback only")
    where.add_argument("--ws", metavar="HOST:PORT", help="WebSocket, loopback only")
    serve.add_argument("--config", metavar="FILE", help="settings of your team")
    # Editors' client libraries append this to every server they start.
    serve.add_argument("--clientProcessId", type=int, help=argparse.SUPPRESS)
    trust = commands.add_parser("trust", help="trust a folder, or take trust back")
    trust.add_argument("folder", nargs="?", default=".")
    trust.add_argument("--revoke", action="store_true")
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


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number
