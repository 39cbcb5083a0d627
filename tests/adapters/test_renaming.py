"""A rename changes every definition and use there is, or says why it does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from renaming_support import project


async def test_a_class_is_renamed_in_every_file(tmp_path: Path) -> None:
    files = {
        "p/__init__.py": 'from .a import Foo as Foo\n\n__all__ = ["Foo"]\n',
        "p/a.py": '__all__ = ["Foo", "bar"]\n__all__ += ("Foo",)\nclass Foo: ...\nbar = 1\n',
        "u.py": 'from p import Foo as F\nimport p\n\nF()\nx: "list[p.Foo]" = [p.a.Foo()]\n',
        "other.py": '__all__ = ["Foo"]\n\nFoo = 1\n',
    }
    async with project(tmp_path, files) as work:
        assert await work.renamed("p/a.py:class |Foo", "Bar") == {
            "p/__init__.py": 'from .a import Bar as Bar\n\n__all__ = ["Bar"]\n',
            "p/a.py": files["p/a.py"].replace("Foo", "Bar"),
            "u.py": 'from p import Bar as F\nimport p\n\nF()\nx: "list[p.Bar]" = [p.a.Bar()]\n',
        }
        assert await work.renamed("u.py:|F()", "G") == {
            "u.py": files["u.py"].replace("as F", "as G").replace("F()", "G()", 1)
        }


async def test_a_name_that_is_offered_again_is_followed_through(tmp_path: Path) -> None:
    files = {
        "a.py": "class Foo: ...\n",
        "b.py": "from a import Foo as Foo\nFoo()\n",
        "c.py": "from b import Foo\nFoo()\n",
        "d.py": "import b\nb.Foo()\n",
        "e.py": "from b import Foo as G\nG()\n",
        "other.py": "class Foo: ...\n",
        "f.py": "from other import Foo as Foo\n",
    }
    renamed = {name: text.replace("Foo", "Bar") for name, text in files.items() if name < "f"}
    async with project(tmp_path, files) as work:
        for at in ("a.py:|Foo", "b.py:as |Foo", "b.py:|Foo as", "b.py:|Foo()", "c.py:|Foo()"):
            assert await work.renamed(at, "Bar") == renamed, at


async def test_unsaved_texts_count_and_not_what_is_on_disk(tmp_path: Path) -> None:
    files = {"a.py": "class Foo: ...\n", "b.py": "from a import Foo\n", "c.py": "import a\n"}
    async with project(tmp_path, files) as work:
        work.unsaved = {
            "a.py": b"\n\nclass Foo: ...\n",
            "b.py": b"# moved\nfrom a import Foo\nFoo()\n",
            "new.py": b"from a import Foo\n",
        }
        assert await work.renamed("a.py:|Foo", "Bar") == {
            "a.py": "\n\nclass Bar: ...\n",
            "b.py": "# moved\nfrom a import Bar\nBar()\n",
            "new.py": "from a import Bar\n",
        }
        work.unsaved["b.py"] = b"import a\n"
        del work.unsaved["new.py"]
        assert await work.renamed("a.py:|Foo", "Bar") == {"a.py": "\n\nclass Bar: ...\n"}
        work.unsaved = {}
        assert await work.renamed("a.py:|Foo", "Bar") == {
            "a.py": "class Bar: ...\n",
            "b.py": "from a import Bar\n",
        }


async def test_files_changed_behind_our_back_are_seen(tmp_path: Path) -> None:
    files = {
        "a.py": "class Foo: ...\n",
        "b.py": "from a import Foo\n",
        "c.py": "from a import Foo\n",
    }
    async with project(tmp_path, files) as work:
        assert len(await work.renamed("a.py:|Foo", "Bar")) == 3
        (tmp_path / "c.py").unlink()
        work.write({"b.py": "# longer now\nfrom a import Foo\n", "d/e.py": "from a import Foo\n"})
        assert await work.renamed("a.py:|Foo", "Bar") == {
            "a.py": "class Bar: ...\n",
            "b.py": "# longer now\nfrom a import Bar\n",
            "d/e.py": "from a import Bar\n",
        }


async def test_overriding_methods_change_together(tmp_path: Path) -> None:
    a = (
        "class A:\n    def m(self): ...\n    def __init__(self): self.v = 1\n"
        "class B(A):\n    def m(self): self.v = 2\nclass Mixin:\n    def m(self): ...\n"
        "class C(B, Mixin):\n    def m(self): ...\nclass Free:\n    def m(self): ...\nA().m()\n"
    )
    files = {"a.py": a, "b.py": "from a import B\nclass D(B):\n    def m(self): ...\nD().m()\n"}
    renamed = {
        "a.py": a.replace("m(", "n(").replace("Free:\n    def n", "Free:\n    def m"),
        "b.py": files["b.py"].replace("m(", "n("),
    }
    async with project(tmp_path, files) as work:
        assert await work.renamed("a.py:class A:\n    def |m", "n") == renamed
        assert await work.renamed("b.py:def |m", "n") == renamed
        assert await work.renamed("a.py:self.|v = 2", "w") == {"a.py": a.replace(".v", ".w")}
        assert "already means something else at a.py:3" in await work.refused(
            "a.py:class A:\n    def |m", "__init__"
        )


async def test_a_method_of_a_library_class_keeps_its_name(tmp_path: Path) -> None:
    files = {"a.py": "import threading\nclass T(threading.Thread):\n    def run(self): ...\n"}
    async with project(tmp_path, files) as work:
        assert "outside the workspace folder" in await work.refused("a.py:|run", "go")
        assert "outside the workspace folder" in await work.refused("a.py:|Thread", "Th")


async def test_stub_and_module_change_together(tmp_path: Path) -> None:
    files = {
        "a.py": "class Foo:\n    def m(self): return self.m()\n",
        "a.pyi": "class Foo:\n    def m(self): ...\n",
        "b.py": "from a import Foo\nFoo().m()\n",
    }
    async with project(tmp_path, files) as work:
        for at in ("a.py:|Foo", "a.pyi:|Foo", "b.py:|Foo()"):
            assert await work.renamed(at, "Bar") == {
                name: text.replace("Foo", "Bar") for name, text in files.items()
            }
        assert await work.renamed("b.py:.|m", "n") == {
            name: text.replace("m(", "n(") for name, text in files.items()
        }


async def test_both_branches_of_a_definition_change(tmp_path: Path) -> None:
    text = (
        "import sys\nif sys.version_info > (3, 0):\n    def g(): ...\n"
        "else:\n    def g(): ...\ng()\n"
    )
    async with project(tmp_path, {"a.py": text}) as work:
        for at in ("a.py:0):\n    def |g", "a.py:else:\n    def |g", "a.py:|g()\n"):
            assert await work.renamed(at, "h") == {"a.py": text.replace("g()", "h()")}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("opened", [False, True])
async def test_line_ends_marks_and_wide_characters(
    tmp_path: Path, end: str, bom: str, opened: bool
) -> None:
    lines = [
        'foo = "日本😀"; é日 = foo',
        'print("😀", é日, foo)',
        "__all__ = ['foo', u'foo']",
        "\x0c",
        "foo",
    ]
    text = bom + end.join(lines)
    async with project(tmp_path, {"a.py": text}) as work:
        if opened:
            work.unsaved = {"a.py": text.encode()}
        seen = text if opened else text.removeprefix(bom)
        assert await work.renamed("a.py:= |foo", "bär") == {"a.py": seen.replace("foo", "bär")}
        assert await work.renamed("a.py:, |é日", "x") == {"a.py": seen.replace("é日", "x")}


async def test_odd_paths_and_links_name_one_file(tmp_path: Path) -> None:
    name = "sp ace/a+(1)@x,#é.py"
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)
    async with project(
        link, {name: "foo = 1\nfoo\n", "b.py": "class Foo: ...\n", "c.py": "from b import Foo\n"}
    ) as work:
        (real / "d.py").symlink_to(real / "c.py")
        assert await work.renamed(f"{name}:|foo", "bar") == {name: "bar = 1\nbar\n"}
        assert await work.renamed("b.py:|Foo", "Bar") == {
            "b.py": "class Bar: ...\n",
            "c.py": "from b import Bar\n",
        }


async def test_a_broken_file_can_still_be_renamed_in(tmp_path: Path) -> None:
    files = {
        "a.py": "def f(:\n  pass\nclass Foo: pass\nFoo()\n",
        "b.py": "from a import Foo\nFoo(\n",
    }
    async with project(tmp_path, files) as work:
        assert await work.renamed("a.py:|Foo", "Bar") == {
            name: text.replace("Foo", "Bar") for name, text in files.items()
        }


async def test_a_lone_surrogate_does_not_end_the_server(tmp_path: Path) -> None:
    async with project(tmp_path, {"a.py": ""}) as work:
        text = 'x = "\ud800"; foo = 1\nfoo\n'.encode("utf-8", "surrogatepass")
        work.unsaved = {"a.py": text}
        assert await work.ask("a.py:; |foo", "bar") == {"a.py": text.replace(b"foo", b"bar")}


@pytest.mark.parametrize(
    ("at", "new", "reason"),
    [
        ("a.py:|foo", "1x", "not a name"),
        ("a.py:|foo", "class", "not a name"),
        ("a.py:|foo", "", "not a name"),
        ("a.py:|foo", "foo", "already called foo"),
        ("a.py:1 |+ 2", "x", "nothing to rename at a.py:2"),
        ("a.py:|print", "x", "print is defined in"),
        ("a.py:os.|getcwd", "x", "getcwd is defined in"),
        ("a.py:|__version__", "x", "has a meaning to Python"),
        ("a.py:|foo", "other", "other already means something else at a.py:4"),
        ("a.py:|foo", "local", "local already means something else at a.py:6"),
        ("a.py:|foo", "print", "print already means something else at a.py:5"),
        ("a.py:|helper.x", "x", "helper is a module"),
        ("a.py:|Gone()", "x", "would keep its name"),
        ("ignored.py:|Foo", "x", "left out of the project"),
    ],
)
async def test_what_would_break_the_program_is_refused(
    tmp_path: Path, at: str, new: str, reason: str
) -> None:
    text = (
        "import os, helper\nfoo = 1 + 2\n__version__ = 1\nother = os.getcwd()\nprint(foo)\n"
        "def f(local): return foo\nhelper.x\nfrom nowhere import Gone\nGone()\n"
    )
    files = {
        "a.py": text,
        "helper.py": "x = 1\n",
        ".git/HEAD": "ref: refs/heads/main\n",
        ".gitignore": "ignored.py\n",
        "ignored.py": "class Foo: ...\n",
        "b.py": "from ignored import Foo\n",
    }
    async with project(tmp_path, files) as work:
        assert reason in await work.refused(at, new)


async def test_a_folder_reached_by_a_link_is_not_edited(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "o.py").write_text("class Foo: ...\n")
    root = tmp_path / "root"
    async with project(root, {"a.py": "from lib.o import Foo\nFoo()\n"}) as work:
        (root / "lib").symlink_to(tmp_path / "lib")
        assert "outside the workspace folder" in await work.refused("a.py:|Foo()", "Bar")


async def test_references_are_told_in_bytes(tmp_path: Path) -> None:
    files = {"a.py": 'é = "😀"; foo = 1\n', "b.py": "from a import foo\n"}
    async with project(tmp_path, files) as work:
        offset = work.data("a.py").index(b"foo")
        found = await work.renamer.references(work.folder, [], work.uri("a.py"), offset)
        assert isinstance(found, tuple)
        said = [(uri, work.data(uri[-4:])[span.start : span.end]) for uri, span in found]
        assert said == [(work.uri("a.py"), b"foo"), (work.uri("b.py"), b"foo")]
