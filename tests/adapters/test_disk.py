"""The disk is read without surprises: no blocking, no endless files, no way out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from redline.adapters.disk import LocalDisk
from redline.adapters.uris import path_of, uri_of
from redline.core import uris
from redline.core.problems import Unreadable
from redline.core.text.text import Text
from redline.core.uris import Folder


def read(path: Path, limit: int = 1000) -> Text | str:
    result = LocalDisk(limit).read(uri_of(path))
    return result.reason if isinstance(result, Unreadable) else result


@pytest.mark.parametrize(
    "data", [b"", b"x = 1\r\n", b"\xef\xbb\xbfbom", b"caf\xe9 \xff", b"x" * 1000]
)
def test_bytes_come_as_they_are_behind_a_byte_order_mark(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a").write_bytes(data)
    assert read(tmp_path / "a") == Text(data.removeprefix(b"\xef\xbb\xbf"))


def test_what_is_no_text_is_refused_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * 1001)
    (tmp_path / "binary").write_bytes(b"a\0b")
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    reasons = {
        "large": "larger than 0.001 MB",
        "binary": "binary (it contains a NUL byte)",
        "fifo": "not a regular file",
        "dangling": "no such file",
        "loop": "Too many levels of symbolic links",
        ".": "a folder",
        "missing": "no such file",
        "large/below": "Not a directory",
        "n" * 300: "File name too long",
    }
    assert {name: read(tmp_path / name) for name in reasons} == reasons
    assert read(Path("/dev/zero")) == "not a regular file"
    assert LocalDisk().read("untitled:1") == Unreadable("not a file on this machine")
    assert LocalDisk().read("file:///a%00b") == Unreadable("not a file on this machine")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_says_so(tmp_path: Path) -> None:
    (tmp_path / "a").touch(mode=0)
    assert read(tmp_path / "a") == "no permission to read it"


def test_inside_is_judged_with_links_resolved(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "a.py").touch()
    (tmp_path / "root2").mkdir()
    (tmp_path / "secret").touch()
    (root / "out").symlink_to(tmp_path / "secret")
    (root / "up").symlink_to(tmp_path)
    (root / "in").symlink_to(root / "a.py")
    (root / "loop").symlink_to(root / "loop")
    (tmp_path / "way").symlink_to(root)
    folders = [Folder(uri_of(tmp_path / "way"), "root")]
    inside = {
        "root/a.py": True,
        "root/new/file.py": True,
        "root/in": True,
        "way/a.py": True,
        "root": True,
        "root/out": False,
        "root/up/secret": False,
        "root/up/root/a.py": True,
        "root/../secret": False,
        "root2": False,
        "secret": False,
        "root/loop": False,
    }
    disk = LocalDisk()
    found = {name: disk.inside(folders, uri_of(f"{tmp_path}/{name}")) for name in inside}
    assert found == inside
    assert not disk.inside(folders, uri_of(root) + "/%2e%2e/secret")
    assert not disk.inside(folders, "https://example.org" + str(root))
    assert not disk.inside([], uri_of(root))


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("/a/b.py", "file:///a/b.py"),
        ("/", "file:///"),
        ("/a b/\u00e9\u4e2d\U0001f600.py", "file:///a%20b/%C3%A9%E4%B8%AD%F0%9F%98%80.py"),
        ("/50%/#1?.py", "file:///50%25/%231%3F.py"),
        ("/a@b/(c)+d,e;f=g&h:[i]!", "file:///a%40b/%28c%29%2Bd%2Ce%3Bf%3Dg%26h%3A%5Bi%5D%21"),
        ("/-._~", "file:///-._~"),
        ("/caf\udce9", "file:///caf%E9"),
    ],
)
def test_a_path_has_the_uri_vs_code_sends_and_comes_back(path: str, uri: str) -> None:
    assert uri_of(path) == uri
    assert path_of(uri) == Path(path)
    assert uris.canonical(uri) == uri


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        ("file:///a@b/(c)+d.py", "/a@b/(c)+d.py"),
        ("file:///%61/%c3%a9", "/a/\u00e9"),
        ("file:///a/\u00e9 b", "/a/\u00e9 b"),
    ],
)
def test_other_spellings_name_the_same_file(sent: str, path: str) -> None:
    assert path_of(sent) == Path(path)
    assert uris.canonical(sent) == uri_of(path)


def test_only_files_of_this_machine_have_a_path() -> None:
    assert path_of("file://localhost/a/") == path_of("FILE:///a") == Path("/a")
    for uri in ("untitled:1", "file://server/share", "file:relative", "file://[bad", "file:///%00"):
        assert path_of(uri) is None
