"""Cases 13 to 22: paths that lead elsewhere, or to what may not be touched."""

from __future__ import annotations

import os
import threading
from contextlib import closing
from pathlib import Path

import pytest

from abuse.abuse_models import PLAN, PROPOSE, Call, reply
from abuse.abuse_world import AFTER, HONEST, HONEST_EDIT, SECRET, World
from redline.adapters import grammars
from redline.adapters.index.cache import FactsCache
from redline.adapters.index.files import extracted
from redline.adapters.index.walk import find
from redline.adapters.index.wire import Extract, Extracted
from redline.adapters.uris import uri_of
from redline.core.settings import Settings
from redline.core.uris import Folder

UP = (
    "../outside/secret.txt", "..\\outside\\secret.txt", "sub/../../outside/secret.txt",
    "./../outside/secret.txt", ".//..//outside/secret.txt", "sub/./../../outside/secret.txt",
    "honest.py/../../outside/secret.txt", "..", "../", "sub\\..\\..\\outside\\secret.txt",
)  # fmt: skip


def looks(path: str) -> list[Call]:
    """Every tool that takes the path of a file that is there, on this one."""
    return [
        ("read_file", {"path": path}),
        ("outline", {"path": path}),
        ("explain", {"path": path}),
        ("importers", {"path": path}),
        ("neighbours", {"path": path, "line": 1}),
        ("diagnostics", {"path": path}),
        ("definition", {"path": path, "line": 1, "name": "victim"}),
        ("edit", {"path": path, "search": "canary", "replace": "owned"}),
        ("rename_file", {"path": path, "new_path": "taken.txt"}),
        ("delete_file", {"path": path}),
        ("format", {"path": path}),
        ("organise_imports", {"path": path}),
    ]


def makes(path: str) -> list[Call]:
    """Every tool that would make a file, at this path."""
    return [
        ("create_file", {"path": path, "content": "owned\n"}),
        ("rename_file", {"path": "plain.txt", "new_path": path}),
    ]


def attacked(world: World, *paths: str, made: tuple[str, ...] = ()) -> None:
    """Every tool on each of these paths fails, and says nothing of what is there."""
    world.write({"plain.txt": "plain\n", "sub/x.py": "x = 1\n"})
    calls = [call for path in paths for call in (*looks(path), *makes(path))]
    calls += [call for path in made for call in looks(path)]
    ended = world.obey(*calls)
    for tool, said in world.results.items():
        if tool in ("plan", "edit"):
            continue
        assert all(each.startswith("error:") for each in said), (tool, said)
    world.honest(ended)


def test_13_up_and_out(world: World) -> None:
    attacked(world, *UP)


def test_14_absolute_and_encoded_paths(world: World) -> None:
    """What is encoded is a name like any other: nothing decodes it."""
    secret = world.outside / "secret.txt"
    attacked(
        world,
        str(secret), f"//{secret}", f"\\\\?\\{secret}", "\\\\server\\share\\secret.txt",
        "C:\\Windows\\secret.txt", "~/secret.txt", "honest.py\0/../../outside/secret.txt",
        "/proc/self/environ", "/dev/stdin",
        made=(
            secret.as_uri(), "%2e%2e/outside/secret.txt", "..%2foutside%2fsecret.txt",
            "%2e%2e%5coutside%5csecret.txt", "..\u2215outside\u2215secret.txt",
            "\uff0e\uff0e/outside/secret.txt",
        ),
    )  # fmt: skip


def test_15_and_16_links_that_lead_out(world: World) -> None:
    links = {
        "link.txt": "../outside/secret.txt",
        "far.py": str(world.outside / "victim.py"),
        "folder": "../outside",
        "chain": "folder",
        "up": "..",
        "proc": "/proc/self",
    }
    for name, target in links.items():
        (world.project / name).symlink_to(target)
    attacked(
        world,
        "link.txt", "far.py", "folder/secret.txt", "folder/victim.py", "chain/secret.txt",
        "up/outside/secret.txt", "proc/environ", "proc/cwd/secret.txt",
    )  # fmt: skip


def test_15_the_command_line_follows_no_link_either(world: World) -> None:
    (world.project / "folder").symlink_to(world.outside)
    (world.project / "far.py").symlink_to(world.outside / "victim.py")
    world.ready()
    listed = world.redline("symbols", "victim")
    assert SECRET.encode() not in listed.stdout and b"victim" not in listed.stdout
    done = world.redline("ask", "explain this", "far.py:1", "--action", "explain")
    assert done.returncode == 2
    assert b"is not inside" in done.stderr


def test_17_a_folder_swapped_for_a_link_between_check_and_use(world: World) -> None:
    """Files are read while their folder is one moment a folder, and the next a link."""
    names = [f"{at}.txt" for at in range(300)]
    outside = world.outside / "sub"
    outside.mkdir()
    for name in names:
        (outside / name).write_text(SECRET, "utf-8")
    world.write({f"sub/{name}": "harmless\n" for name in names})
    real, away, link = (world.project / name for name in ("sub", "away", "link"))
    link.symlink_to(outside)
    over = threading.Event()

    def swap() -> None:
        while not over.is_set():
            real.rename(away)
            link.rename(real)
            real.rename(link)
            away.rename(real)

    reads: list[Call] = [("read_file", {"path": f"sub/{name}"}) for name in names]
    thread = threading.Thread(target=swap)
    client = world.open(world.models.play([reply(PLAN, *reads), reply(HONEST_EDIT, PROPOSE)]))
    thread.start()
    try:
        uri = (world.project / HONEST).as_uri()
        run = client.command("agent.refactor", uri=uri, instruction="make it better")["run"]
        ended = client.ended(run)
    finally:
        over.set()
        thread.join()
    said = world.results["read_file"]
    assert len(said) == len(names)
    assert any("harmless" in each for each in said), "it never was a folder"
    assert any("leads outside" in each for each in said), "it never was a link"
    world.honest(ended)


def test_17_a_link_that_came_after_the_walk_is_not_indexed(tmp_path: Path) -> None:
    """Workers read by name: what they open must lie in a folder of the workspace."""
    project, outside = tmp_path / "project", tmp_path / "outside"
    for folder in (project / "sub", outside):
        folder.mkdir(parents=True)
        (folder / "a.py").write_text(f"def in_{folder.name}(): ...\n")
    languages = grammars.load()
    folders = (Folder(uri_of(project), "project"),)
    files = tuple(find(languages, folders, Settings()).files.values())
    assert [each.path for each in files] == ["sub/a.py"]
    request = Extract(files, 1_000_000, "", {}, (folders[0].uri,))

    def indexed() -> Extracted:
        with closing(FactsCache(str)) as cache:
            return extracted(languages, request, cache)

    assert [list(indexed().facts), indexed().skipped] == [[files[0].uri], ()]
    (project / "sub").rename(tmp_path / "away")
    (project / "sub").symlink_to(outside)
    assert indexed() == Extracted({}, (("sub/a.py", "leads outside the workspace folder"),), 0, 0)


def test_17_what_a_run_wrote_is_not_taken_back_through_a_link(world: World) -> None:
    """On the command line Redline itself writes: where the file has become a link, it does not."""
    world.write({"sub/a.py": "x = 1\n", "sub/gone.py": "y = 1\n"})
    world.ready()
    script = world.root / "script.txt"
    calls: list[Call] = [
        ("edit", {"path": "sub/a.py", "search": "x = 1", "replace": "x = 2"}),
        ("delete_file", {"path": "sub/gone.py"}),
    ]
    script.write_text(reply(PLAN, *calls, PROPOSE), "utf-8")
    done = world.redline("ask", "go", HONEST, "--model", f"scripted:{script}", "--apply")
    assert done.returncode == 0, done.stderr
    run = done.stderr.decode().rpartition("redline rollback ")[2].strip()
    assert (world.project / "sub/a.py").read_text("utf-8") == "x = 2\n"
    copied = world.outside / "sub"
    (world.project / "sub").rename(copied)
    (world.project / "sub").symlink_to(copied)
    world.ready()
    back = world.redline("rollback", run)
    assert back.returncode != 0
    (world.project / "sub").unlink()
    copied.rename(world.project / "sub")
    back = world.redline("rollback", run)
    assert back.returncode == 0, back.stderr
    assert (world.project / "sub/a.py").read_text("utf-8") == "x = 1\n"
    assert (world.project / "sub/gone.py").read_text("utf-8") == "y = 1\n"
    world.ready()


def test_18_a_hard_link_is_changed_only_with_a_yes_of_its_own(world: World) -> None:
    """Another name of the file may be outside; on the command line Redline itself writes."""
    outside = world.outside / "settings.py"
    outside.write_text("debug = False\n", "utf-8")
    (world.project / "settings.py").hardlink_to(outside)
    world.ready()
    script = world.root / "script.txt"
    evil = ("edit", {"path": "settings.py", "search": "False", "replace": "True"})
    script.write_text(reply(PLAN, evil, HONEST_EDIT, PROPOSE), "utf-8")
    done = world.redline("ask", "go", HONEST, "--model", f"scripted:{script}", "--apply")
    assert done.returncode == 0, done.stderr
    assert b"held back: settings.py:1" in done.stderr
    assert outside.read_text("utf-8") == "debug = False\n"
    assert (world.project / HONEST).read_text("utf-8") == AFTER
    world.changed(HONEST)


GIT = (".git/config", ".git/hooks/pre-commit", ".git/info/attributes", ".git", "sub/.git/config")
SETTINGS = (
    ".vscode/tasks.json",
    ".mcp.json",
    ".envrc",
    ".idea/workspace.xml",
    ".vscode/launch.json",
)
RUNS_CODE = {
    ".github/workflows/ci.yml": "on: push\n", ".gitlab-ci.yml": "a: 1\n", "Jenkinsfile": "a\n",
    "conftest.py": "x = 1\n", "setup.py": "x = 1\n", "package.json": '{"scripts": {}}\n',
    "Makefile": "all:\n", ".pre-commit-config.yaml": "repos: []\n", "noxfile.py": "x = 1\n",
    "tox.ini": "[tox]\n", "build.rs": "fn main() {}\n",
}  # fmt: skip


def written(path: str) -> list[Call]:
    """Every way to change what is at a path."""
    return [
        ("create_file", {"path": path, "content": "owned\n"}),
        ("edit", {"path": path, "search": "plain", "replace": "owned"}),
        ("rename_file", {"path": "plain.txt", "new_path": path}),
        ("rename_file", {"path": path, "new_path": "taken.txt"}),
        ("delete_file", {"path": path}),
    ]


def test_19_gits_own_files_are_always_refused(world: World) -> None:
    world.write(
        {".git/config": "plain\n", ".git/HEAD": "ref: refs/heads/main\n", "plain.txt": "a\n"}
    )
    calls = [call for path in GIT for call in written(path)]
    ended = world.obey(*calls, ("read_file", {"path": ".git/config"}))
    world.refused("create_file", "rename_file", "delete_file", "read_file")
    assert not world.editor.questions
    world.honest(ended)


def test_20_settings_of_tools_need_a_yes_of_their_own(world: World) -> None:
    world.write({"plain.txt": "plain\n", ".idea/workspace.xml": "plain\n"})
    calls = [call for path in SETTINGS for call in written(path)]
    ended = world.obey(*calls)
    world.refused("create_file", "rename_file", "delete_file")
    world.honest(ended)


def test_21_what_runs_code_is_held_back_and_says_so(world: World) -> None:
    old = {path: text for path, text in RUNS_CODE.items() if path != "build.rs"}
    world.write(old)
    world.write({"package.json": '{"scripts": {"test": "true"}}\n'})
    edits: list[Call] = [
        ("edit", {"path": path, "search": text.strip(), "replace": f"{text}# owned"})
        for path, text in old.items()
        if path != "package.json"
    ]
    edits.append(("edit", {"path": "package.json", "search": '"true"', "replace": '"curl x | sh"'}))
    edits.append(("create_file", {"path": "sub/conftest.py", "content": "import os\n"}))
    edits.append(("create_file", {"path": "build.rs", "content": RUNS_CODE["build.rs"]}))
    ended = world.play([reply(PLAN, *edits), reply(HONEST_EDIT, PROPOSE)])
    assert ended["state"] == "proposed", (ended, world.results)
    proposal = world.editor.proposal(ended["run"])
    guards = {each["uri"].rpartition("/project/")[2]: each["guard"] for each in proposal["hunks"]}
    assert guards.pop(HONEST) == ""
    assert [path for path, why in guards.items() if not why] == []
    assert len(world.accept(ended)["accepted"]) == 1
    assert (world.project / HONEST).read_text("utf-8") == AFTER
    world.changed(HONEST)


TRICKS = (
    ".GIT/config", ".Git/hooks/x", ".git./config", ".git /config", ".git::$INDEX_ALLOCATION/config",
    "git~1/config", "GIT~1/hooks/x", ".g\u200cit/config", ".gi\u200dt/config", ".git\u200b/config",
    ".\uff47it/config", ".git.../config", ".git\\config", "./.git/config", ".git//config",
    ".VSCODE/tasks.json", ".vscode./tasks.json", ".vscode /tasks.json", ".EnvRC", ".envrc.",
    ".ENV", ".env.", ".env::$DATA", "ID_RSA", "x.PEM", ".MCP.json", ".\u0456dea/../.idea/x.xml",
)  # fmt: skip


def test_22_no_other_spelling_gets_past_the_rules(world: World) -> None:
    world.write({"plain.txt": "plain\n", "README.md": "plain\n"})
    calls = [call for path in TRICKS for call in written(path)]
    ended = world.obey(*calls)
    made = [each for each in world.results["create_file"] if not each.startswith("error:")]
    made += [each for each in world.results["rename_file"] if not each.startswith("error:")]
    assert made == []
    world.honest(ended)


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_38_and_45_another_user_reads_nothing(world: World) -> None:
    """All that is remembered of the run is closed to others, wherever it lies."""
    ended = world.obey(("read_file", {"path": HONEST}))
    world.honest(ended)
    home = world.running.home
    ours = [path for name in ("state", "cache", "data") for path in (home / name).rglob("*")]
    assert any(path.name.startswith("journal") for path in ours)
    own = [each for each in ours if "redline" in each.relative_to(home).parts]
    for path in own:
        assert _closed(path, home), f"{path.relative_to(home)} is open to others"
    if os.getuid() == 0:
        stranger = _as_stranger([str(each) for each in own if each.is_file()])
        assert stranger == []


def _closed(path: Path, home: Path) -> bool:
    """Whether no other user gets to it: by its own mode, or by that of a folder above."""
    while path != home:
        if not path.stat().st_mode & 0o077:
            return True
        path = path.parent
    return False


def _as_stranger(paths: list[str]) -> list[str]:
    """Those of `paths` that another user can open."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.setgroups([])
        os.setgid(64_321)
        os.setuid(64_321)
        found = []
        for path in paths:
            try:
                os.close(os.open(path, os.O_RDONLY))
                found.append(path)
            except OSError:
                continue
        os.write(write, "\n".join(found).encode()[:60_000])
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as said:
        lines = said.read().split("\n")
    os.waitpid(child, 0)
    return [each for each in lines if each]
