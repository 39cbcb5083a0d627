"""200 planted secrets, a run on a model elsewhere: none is sent, logged or written down.

The model is a real HTTP server; all that it is sent is looked through, and so is every
byte of the state folder. Only what a proposal needs of a file with a secret in it is kept, in
a file of its own that nobody else can read.
"""

from __future__ import annotations

import base64
import json
import logging
import random
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from casework import Editor, Front, Inline
from oversight.planted import NAMED, SHAPED, in_env, in_source, key_block
from redline import main
from redline.adapters.models.scripted_server import serve
from redline.adapters.places import state_folder
from redline.app import history, indexing, runs
from redline.app.review import acceptance
from redline.app.review.acceptance import Choice
from redline.app.runs import Asked, Refused
from redline.app.session import Session, Workspace, journal_of, publish_index
from redline.core import uris
from redline.core.agent import script
from redline.core.agent.state import RunState
from redline.core.settings import Settings
from redline.core.uris import Folder

FILES = 20
INSTRUCTION = "look at it all and mend it"


@dataclass
class Planted:
    """A workspace, its secrets, and what the user's own words hold of them."""

    files: dict[str, str] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)
    named: str = ""
    instruction: str = INSTRUCTION
    diagnostics: tuple[str, ...] = ()

    def new(self, chance: random.Random) -> str:
        self.secrets.append(SHAPED[chance.choice([*SHAPED])](chance))
        return self.secrets[-1]


def plant(seed: int = 26) -> Planted:
    chance = random.Random(seed)
    it = Planted()
    for at in range(FILES):
        rows = [f'"""Part {at}."""', f"debug_{at} = False"]
        for row, name in enumerate(NAMED):
            it.secrets.append(NAMED[name](chance))
            rows.append(in_source(f"{name}_{at}", it.secrets[-1], row))
        for row in range(2):
            rows.append(f"    # left here: {it.new(chance)} {row}")
        if at == 0:
            it.touched = list(it.secrets)
        it.files[f"src/part{at}.py"] = (
            "\n".join([*rows, f"def part{at}(token='{it.new(chance)}'):", "    return 1"]) + "\n"
        )
    it.touched.append(it.secrets[len(it.touched)])
    it.files["logs/run.log"] = "".join(f"GET /v1?k={it.new(chance)} 200\n" for _ in range(15))
    it.files["logs/again.log"] = "".join(f"login failed: {each}\n" for each in it.secrets[:40])
    lines = [f"{sign}key = '{it.new(chance)}'" for sign in "+-" * 6]
    it.files["change.diff"] = "\n".join(["--- a/x", "+++ b/x", "@@ -1,6 +1,6 @@", *lines]) + "\n"
    block, rows = key_block(chance)
    it.secrets += rows
    it.files["src/words.py"] = f"# never say {it.secrets[0]} aloud\nloud = False\n"
    it.files["docs/howto.md"] = f"Use this:\n\n{block}\n\n" + "\n".join(
        in_env("app_token", it.new(chance)) for _ in range(3)
    )
    it.named = SHAPED["aws"](chance)
    it.secrets.append(it.named)
    it.files[f"keys/{it.named}.py"] = '"""the key is the name"""\n\n\ndef by_key() -> None: ...\n'
    it.instruction += f" with {it.new(chance)}"
    it.diagnostics = tuple(f"error: cannot sign in with {it.new(chance)}" for _ in range(5))
    for path in ("src/part1.py", "src/part2.py"):
        some = it.secrets[8]
        code = base64.b64encode(f"key={some}".encode()).decode()
        it.files[path] += f'a = "{code}"\nb = "{some.encode().hex()}"\n'
    return it


READS = "\n---\n".join(
    "\n".join(f'call read_file {{"path": "src/part{at}.py"}}' for at in range(first, first + 5))
    for first in range(0, FILES, 5)
)
LOOKS = f"""call plan {{"steps": ["refactorer: look"]}}
{READS}
---
call read_file {{"path": "logs/run.log"}}
call read_file {{"path": "logs/again.log"}}
call read_file {{"path": "change.diff"}}
call read_file {{"path": "docs/howto.md"}}
call search {{"query": "password token key"}}
call references {{"name": "part3"}}
call symbols {{"name": "part4"}}
call symbols {{"name": "by_key"}}
call outline {{"path": "src/part5.py"}}
call explain {{"path": "src/part6.py"}}
call map {{}}
call diagnostics {{"path": "src/part7.py"}}
---
call read_file {{"path": "keys/{{named}}.py"}}
"""


class Told(Front):
    """A user who keeps all that is shown."""

    def __init__(self) -> None:
        super().__init__([])
        self.said: list[str] = []

    def run_changed(self, state: RunState, message: str) -> None:
        self.said.append(message)


@dataclass
class Played:
    """What came of one run."""

    session: Session
    front: Told
    run: str
    bodies: list[str]


async def played(root: Path, it: Planted, text: str) -> Played:
    made, problems = script.parse(text, "planted")
    assert problems == ()
    server = await serve(made)
    settings = Settings(
        model="openai/scripted",
        api_base=server.address,
        api_key="none",
        check_tests="off",
        reviewer="off",
        memory="off",  # both runs are to be told the same
    )
    adapters = replace(main.adapters(settings), indexer=Inline(root))
    front = Told()
    folder = Folder(uris.from_path(root.as_posix()), "project")
    session = Session(adapters, Workspace((folder,)), front, settings=settings)
    session.workspace.sessions.append(session)
    front.session = session
    publish_index(session)
    await indexing.complete(session)
    goal = runs.goal_of(session, Asked("refactor", it.instruction, diagnostics=it.diagnostics))
    assert not isinstance(goal, Refused)
    run = runs.begin(session, goal)
    assert not isinstance(run, Refused)
    await run.finished.wait()
    bodies = [each.body for each in server.requests]
    assert [each.problem for each in server.requests if each.problem] == []
    await server.close()
    return Played(session, front, run.state.id, bodies)


async def ended(it: Played) -> None:
    await runs.close(it.session)
    await it.session.adapters.servers.close()


def said(body: str) -> str:
    """All texts of a request, as they were before they were JSON."""
    messages = json.loads(body)["messages"]
    calls = [call for each in messages for call in each.get("tool_calls") or ()]
    texts = [each.get("content") or "" for each in messages]
    return "\n".join([*texts, *(call["function"]["arguments"] for call in calls)])


def shown(secrets: list[str], text: str) -> list[str]:
    """The secrets that stand in `text`, as they are or encoded."""
    result = []
    for each in secrets:
        forms = (
            each,
            each.encode().hex(),
            base64.b64encode(each.encode()).decode().rstrip("=")[:-1],
        )
        result += [each for form in forms if form in text]
    return result


def kept(root: Path) -> tuple[str, str]:
    """All bytes of the state folder: those of the sealed files, and all others."""
    sealed, others = [], []
    for path in sorted(state_folder(root).parent.parent.rglob("*")):
        if path.is_file() and not path.name.startswith("index.snapshot"):
            assert path.stat().st_mode & 0o077 == 0 or path.name.startswith("journal.sqlite-"), path
            (sealed if path.parent.name == "sealed" else others).append(path.read_bytes())
    return tuple(b"\n".join(each).decode("latin-1") for each in (sealed, others))  # type: ignore[return-value]


async def test_200_planted_secrets(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    it = plant()
    assert len(set(it.secrets)) >= 200
    root = tmp_path / "project"
    for path, text in it.files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")

    # A first run only looks, and says by which words the model knows what it saw.
    first = await played(root, it, LOOKS + '---\ncall give_up {"reason": "seen"}\n')
    sent = said(first.bodies[-1])
    assert len(re.findall(r"\[redacted:[\w-]+:\d+\]", sent)) > 200
    line = next(each for each in sent.splitlines() if "password_0 = " in each).partition("\t")[2]
    named = re.search(r"keys/(\[redacted:[\w-]+:\d+\])\.py", sent)
    assert named, "a file's name is known by its placeholder"
    await ended(first)

    # A second one changes a line that has a secret in it, which it never sees.
    looks = LOOKS.replace("{named}", named[1])
    change = {"path": "src/part0.py", "search": line, "replace": f"{line}  # in use"}
    loud = {"path": "src/words.py", "search": "loud = False", "replace": "loud = True"}
    second = await played(
        root,
        it,
        f"{looks}---\nexpect: the key is the name\ncall edit {json.dumps(change)}\n"
        f"call edit {json.dumps(loud)}\n"
        '---\ncall propose {"title": "Say so"}\n',
    )
    assert second.front.live is not None, second.session.runs[second.run].state.reason
    proposal = second.front.live.proposal
    hunk, other = proposal.hunks
    assert other.uri.endswith("src/words.py"), "its first line is a secret by the other file alone"
    secret = it.secrets[0]
    assert hunk.after.decode() == f'password_0 = "{secret}"  # in use\n'

    # Nothing of it was sent, shown, logged, or written but beside the journal.
    for body in (*first.bodies, *second.bodies):
        assert shown(it.secrets, said(body)) == []
    assert shown(it.secrets, "\n".join((*first.front.said, *second.front.said))) == []
    assert shown(it.secrets, caplog.text) == []
    sealed, others = kept(root)
    assert shown(it.secrets, others) == []
    assert set(shown(it.secrets, sealed)) <= set(it.touched)
    assert secret in sealed

    # What was recorded is what happened, also when it is read again, and it can be applied.
    told = history.told(second.session, second.run)
    assert not isinstance(told, str)
    assert told.differences == ()
    assert told.proposals[-1] == proposal
    assert told.state == second.session.runs[second.run].state
    assert history.verified(second.session) == ""
    result = await acceptance.accept(second.session, Editor(second.session), Choice(proposal.id))
    assert len(result.accepted) == 2, result.message
    assert f'password_0 = "{secret}"  # in use\n' in (root / "src/part0.py").read_text()
    await ended(second)
    print(f"{len(set(it.secrets))} secrets: 0 in {len(first.bodies) + len(second.bodies)} requests")


async def test_what_is_forgotten_is_forgotten_beside_the_journal_too(tmp_path: Path) -> None:
    it = plant()
    root = tmp_path / "project"
    for path, text in it.files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    change = {"path": "src/part0.py", "search": "debug_0 = False", "replace": "debug_0 = True"}
    done = await played(
        root,
        it,
        'call plan {"steps": ["refactorer: do"]}\n'
        f'call edit {json.dumps(change)}\n---\ncall propose {{"title": "Debug"}}\n',
    )
    assert kept(root)[0], "the file has secrets, so its text is kept apart"
    journal = journal_of(done.session)
    journal.forget((done.run,))
    assert kept(root)[0] == ""
    assert history.verified(done.session) == ""
    assert isinstance(history.told(done.session, done.run), str)
    await ended(done)


def test_a_journal_whose_sealed_file_is_gone_says_so(tmp_path: Path) -> None:
    """It is not taken for one that was never there, and the chain still holds."""
    from redline.adapters.journal import SqliteJournal

    journal = SqliteJournal(tmp_path / "journal.sqlite")
    secret = "AKIA" + "Q" * 15 + "7"
    payload = json.dumps({"a": f"x = '{secret}' [sealed:9]", "b": [secret, "\n"]})
    journal.append("r", "event", payload)
    (entry,) = journal.entries("r")
    assert json.loads(entry.payload or "") == json.loads(payload)
    assert secret not in (entry.stored or secret)
    assert journal.verify() == ""
    (file,) = (tmp_path / "sealed").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "sealed").stat().st_mode & 0o777 == 0o700
    file.unlink()
    (entry,) = journal.entries("r")
    assert entry.payload is None
    assert journal.verify() == ""
    assert list((tmp_path / "sealed").iterdir()) == []
