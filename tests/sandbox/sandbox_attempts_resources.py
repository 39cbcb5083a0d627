"""Attempts to use up the machine."""

from __future__ import annotations

from sandbox_attempts import Attempt

from redline.core.oversight.sandbox import Limits

_MB = 1 << 20


def _limits(**changed: float) -> Limits:
    usual: dict[str, float] = {
        "seconds": 20, "processes": 64, "memory_bytes": 256 * _MB, "written_bytes": 32 * _MB,
        "written_files": 1000, "file_bytes": 16 * _MB, "output_bytes": 100_000,
    }  # fmt: skip
    return Limits(**{**usual, **changed})  # type: ignore[arg-type]


RESOURCES = (
    Attempt(
        "memory in one piece",
        "b = bytearray(1 << 30)\nescaped(len(b))",
        _limits(),
    ),
    Attempt(
        "memory that several processes share out",
        """
        for _ in range(8):
            if os.fork() == 0:
                b = bytearray(120 << 20)
                time.sleep(30)
        time.sleep(15)
        escaped("960 MB")
        """,
        _limits(),
        ("memory",),
        whole=False,
    ),
    Attempt(
        "memory that is shared",
        """
        m = mmap.mmap(-1, 2 << 30)
        for at in range(0, len(m), 4096):
            m[at] = 1
        escaped("2 GB")
        """,
        _limits(),
        ("memory",),
        whole=False,
    ),
    Attempt(
        "memory in files without names",
        """
        handle = call("memfd", b"x", 0)
        for _ in range(1024):
            os.write(handle, b"x" * (1 << 20))
        escaped("1 GB")
        """,
        _limits(),
    ),
    Attempt(
        "the disk, in the tree",
        """
        for n in range(100):
            with open(f"big{n}", "wb") as file:
                for _ in range(8):
                    file.write(b"x" * (1 << 20))
        escaped("800 MB")
        """,
        _limits(),
        ("", "written"),
    ),
    Attempt(
        "the disk, everywhere else",
        """
        total = 0
        for folder in ("/tmp", os.environ["HOME"], "/dev/shm", "/var/tmp", "/run", "/"):
            def fill():
                for n in range(20):
                    with open(f"{folder}/big{n}", "wb") as file:
                        for _ in range(8):
                            file.write(b"x" * (1 << 20))
                            nonlocal total
                            total += 1 << 20
            attempt(fill)
        print(total)
        if total > 40 << 20:
            escaped(total)
        """,
        _limits(),
        ("", "written"),
    ),
    Attempt(
        "one large file",
        """
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        with open("large", "wb") as file:
            for _ in range(20):
                file.write(b"x" * (1 << 20))
        escaped("20 MB")
        """,
        _limits(),
    ),
    Attempt(
        "one file with a hole",
        """
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        os.truncate(os.open("hole", os.O_CREAT | os.O_RDWR), 1 << 40)
        escaped("1 TB")
        """,
        _limits(),
    ),
    Attempt(
        "a large file, killed",
        """
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        with open("large", "wb") as file:
            for _ in range(20):
                file.write(b"x" * (1 << 20))
        escaped("20 MB")
        """,
        _limits(),
        ("file size",),
        whole=False,
    ),
    Attempt(
        "many files",
        """
        for n in range(5000):
            open(f"/tmp/{n}", "w").close()
        escaped("5000 files")
        """,
        _limits(),
        ("", "written"),
    ),
    Attempt(
        "output without end",
        "while True:\n    os.write(1, b'x' * 65536)",
        _limits(),
        ("output",),
        whole=False,
    ),
    Attempt(
        "output without end, on the other stream",
        "while True:\n    os.write(2, b'x' * 65536)",
        _limits(),
        ("output",),
        whole=False,
    ),
    Attempt(
        "open files",
        """
        held = [os.open("/dev/null", 0) for _ in range(5000)]
        escaped(len(held))
        """,
        _limits(open_files=256),
    ),
    Attempt(
        "the processor",
        "while True:\n    pass",
        _limits(cpu_seconds=1),
        ("cpu",),
        whole=False,
    ),
    Attempt(
        "the processor, ignoring the signal",
        """
        signal.signal(signal.SIGXCPU, signal.SIG_IGN)
        while True:
            pass
        """,
        _limits(cpu_seconds=1, seconds=30),
        ("", "cpu"),
        whole=False,
    ),
    Attempt("time", "time.sleep(1000)", _limits(seconds=1.5), ("time",), whole=False),
    Attempt(
        "time, stopped",
        "os.kill(os.getpid(), signal.SIGSTOP)",
        _limits(seconds=1.5),
        ("time",),
        whole=False,
    ),
    Attempt(
        "processes that make processes",
        """
        for each in range(1, 65):
            try:
                signal.signal(each, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        while True:
            try:
                os.fork()
            except OSError:
                time.sleep(0.01)
        """,
        _limits(seconds=4),
        ("processes", "time", "memory"),
        whole=False,
    ),
    Attempt(
        "threads",
        """
        import threading
        held = []
        try:
            for _ in range(1000):
                each = threading.Thread(target=time.sleep, args=(30,), daemon=True)
                each.start()
                held.append(each)
        except RuntimeError as error:
            print(error)
        time.sleep(1)
        if len(held) > 200:
            escaped(len(held))
        """,
        _limits(),
        ("", "processes"),
        whole=False,
    ),
    Attempt(
        "watchers of files",
        """
        held = 0
        while libc.inotify_init() >= 0 and held < 1000:
            held += 1
        print(held)
        if held > 64:
            escaped(held)
        """,
        _limits(),
    ),
    Attempt(
        "pipes",
        """
        import fcntl
        total = 0
        while total < 4096 << 20:
            for each in os.pipe():
                fcntl.fcntl(each, 1031, 1 << 20)
                total += 1 << 20
        escaped(total)
        """,
        _limits(open_files=128),
    ),
)
