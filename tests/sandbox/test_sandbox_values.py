"""Rules about names, environments and output; and the filter, run on every call it speaks of."""

from __future__ import annotations

import struct

import pytest

from redline.adapters.sandbox.seccomp import _AARCH64, _X86_64, seccomp_filter
from redline.core.oversight.sandbox import environment_for, plain, secret_file, secret_folder

ALLOW, EPERM, ENOSYS, NO_FAMILY, KILL = 0x7FFF0000, 0x50001, 0x50026, 0x50061, 0x80000000
X86_64, AARCH64 = 0xC000003E, 0xC00000B7


@pytest.mark.parametrize(
    ("output", "text"),
    [
        (b"plain\n\ttext\r\n", "plain\n\ttext\n"),
        (b"\x1b[31mred\x1b[0m", "red"),
        (b"\x1b]0;title\x07a\x1b]52;c;b3duZWQ=\x1b\\b", "ab"),
        (b"\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        (b"\x1bPq#0\x1b\\a\x1b_x\x1b\\b\x1b^never ends", "ab"),
        (b"a\x08\x08b\x00\x7f\x1b", "ab"),
        ("\x9b31ma\x9db\u202egnp.exe\u200b\ufeff".encode(), "abgnp.exe"),
        (b"over\rwritten", "overwritten"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        ("señor 日本 🙂".encode(), "señor 日本 🙂"),
    ],
)
def test_output_becomes_text_that_tricks_nobody(output: bytes, text: str) -> None:
    assert plain(output) == text


@pytest.mark.parametrize("name", [".env", ".ENV", ".env.prod", "prod.env", "ID_RSA", "a.KEY"])
def test_names_that_say_secret(name: str) -> None:
    assert secret_file(name)


@pytest.mark.parametrize(
    "name", [".env.example", "environment.py", "keys.py", "id_rsa.pub", "a.py"]
)
def test_names_that_do_not(name: str) -> None:
    assert not secret_file(name)


def test_folders_of_secrets_are_known_by_their_whole_name() -> None:
    assert [secret_folder(each) for each in (".ssh", ".AWS", "ssh", ".sshx")] == [
        True, True, False, False,
    ]  # fmt: skip


def test_an_environment_is_made_of_what_is_allowed() -> None:
    given = {
        "PATH": "/v/bin", "LC_ALL": "C", "HOME": "/root", "USER": "me", "AWS_SECRET_KEY": "k",
        "LD_LIBRARY_PATH": "/x", "PYTHONSTARTUP": "/x", "GIT_DIR": "/x", "BASH_ENV": "/x",
        "NODE_OPTIONS": "-r x", "TZ": "a\0b", "TMPDIR": "/x",
    }  # fmt: skip
    assert environment_for(given, "/h") == {
        "PATH": "/v/bin", "LC_ALL": "C", "HOME": "/h", "USER": "sandbox", "LANG": "C.UTF-8",
        "TERM": "dumb", "TMPDIR": "/tmp",
    }  # fmt: skip


def answer(machine: str, audit: int, number: int, *arguments: int) -> int:
    """What the filter says to one call, as the kernel would run it."""
    code = seccomp_filter(machine)
    assert code is not None
    data = struct.pack("<IIQ6Q", number, audit, 0, *arguments, *([0] * (6 - len(arguments))))
    steps = list(struct.iter_unpack("=HBBI", code))
    at = value = 0
    while True:
        kind, then, otherwise, operand = steps[at]
        at += 1
        if kind == 0x20:
            value = struct.unpack_from("<I", data, operand)[0]
        elif kind == 0x54:
            value &= operand
        elif kind == 0x15:
            at += then if value == operand else otherwise
        elif kind == 0x35:
            at += then if value >= operand else otherwise
        else:
            assert kind == 0x06
            return int(operand)


MACHINES = [("x86_64", X86_64, _X86_64), ("aarch64", AARCH64, _AARCH64)]


@pytest.mark.parametrize(("machine", "audit", "calls"), MACHINES)
def test_the_filter_answers_every_call(machine: str, audit: int, calls: dict[str, int]) -> None:
    unknown = {"clone3", "memfd_create", "shmget"}
    by_argument = {"clone", "socket", "ioctl"}
    for number in range(600):
        name = next((each for each, its in calls.items() if its == number), "")
        if name in by_argument:
            continue
        expected = ENOSYS if name in unknown else EPERM if name else ALLOW
        assert answer(machine, audit, number) == expected, name


@pytest.mark.parametrize(("machine", "audit", "calls"), MACHINES)
def test_the_filter_looks_at_arguments(machine: str, audit: int, calls: dict[str, int]) -> None:
    def to(name: str, *arguments: int) -> int:
        return answer(machine, audit, calls[name], *arguments)

    families = [to("socket", family, 2, 0) for family in (1, 2, 10, 16, 17, 38, 40)]
    assert families == [NO_FAMILY, ALLOW, ALLOW, ALLOW, NO_FAMILY, NO_FAMILY, NO_FAMILY]
    assert [to("socket", 16, 3, protocol) for protocol in (0, 12, 15)] == [
        ALLOW, NO_FAMILY, NO_FAMILY,
    ]  # fmt: skip
    assert [to("ioctl", 0, request) for request in (0x5412, 0x541C, 0x5413)] == [
        EPERM,
        EPERM,
        ALLOW,
    ]
    # The upper half of an argument does not hide the lower one.
    assert to("ioctl", 0, 0xFFFFFFFF00005412) == EPERM
    flags = [0x11, 0x3D0F00, 0x10000011, 0x20011, 0x20000000, 0x40000000]
    assert [to("clone", each) for each in flags] == [ALLOW, ALLOW, EPERM, EPERM, EPERM, EPERM]


def test_the_filter_kills_what_calls_as_another_machine() -> None:
    assert answer("x86_64", 0x40000003, 20) == KILL
    assert answer("aarch64", 0x40000028, 20) == KILL
    assert answer("x86_64", X86_64, 0x40000000 + 39) == EPERM


def test_there_is_no_filter_for_a_machine_that_is_not_known() -> None:
    assert seccomp_filter("sparc") is None
