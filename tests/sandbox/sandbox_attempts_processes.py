"""Attempts on processes and the kernel: to reach others, to outlive the run."""

# ruff: noqa: E501 - programs, a line each
from __future__ import annotations

from sandbox_attempts import Attempt, attempts

PROCESSES = attempts(r"""
# kill the server
os.kill(W["server"], signal.SIGKILL)
escaped("killed it")
# kill another process of the user
os.kill(W["victim"], signal.SIGKILL)
escaped("killed it")
# kill the parent
os.kill(os.getppid(), signal.SIGKILL)
# kill process 1
os.kill(1, signal.SIGKILL)
# kill all
pid = os.fork()
if pid == 0:
    os.kill(-1, signal.SIGKILL)
os.waitpid(pid, 0)
# signal the group of the server
attempt(lambda: (os.killpg(W["server"], signal.SIGTERM), escaped("group")))
# a handle on another process
attempt(lambda: escaped(call("pidfd_open", W["server"], 0)))
attempt(lambda: escaped(call("pidfd_open", W["victim"], 0)))
# trace process 1
call("ptrace", 16, 1, 0, 0)
escaped("traced")
# be traced and trace
call("ptrace", 0, 0, 0, 0)
escaped("ptrace is there")
# the memory of another process
buffer = ctypes.create_string_buffer(8)
local = (ctypes.c_uint64 * 2)(ctypes.addressof(buffer), 8)
call("process_vm_readv", os.getpid(), local, 1, local, 1, 0)
escaped("process_vm_readv is there")
# the memory of process 1
handle = os.open("/proc/1/mem", os.O_RDWR)
os.pread(handle, 8, 0x400000)
escaped("read")
# a handle out of another process
call("pidfd_getfd", 0, 0, 0)
escaped("pidfd_getfd is there")
# compare with other processes
attempt(lambda: escaped(call("kcmp", 1, 1, 0, 0, 0)))
# outlive the run in a session of its own
import subprocess
subprocess.Popen(["/bin/sh", "-c", "exec sleep 600 #" + W["marker"], W["marker"]], start_new_session=True)
# outlive the run as a daemon that ignores signals
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for each in range(1, 65):
            try:
                signal.signal(each, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        os.execv("/bin/sh", ["sh", "-c", "trap '' TERM HUP INT; while :; do sleep 1; done", W["marker"]])
    os._exit(0)
os.wait()
# outlive the run, holding the output open
if os.fork() == 0:
    os.setsid()
    os.execv("/bin/sh", ["sh", "-c", "sleep 600; :", W["marker"]])
# type into the terminal
import fcntl
for name in ("/dev/tty", "/dev/pts/0", "/dev/console", "/proc/self/fd/0"):
    attempt(lambda: (fcntl.ioctl(os.open(name, os.O_RDWR | os.O_NOCTTY), 0x5412, b"x"), escaped(name)))
# type into a terminal of its own
import fcntl, pty
parent, child = pty.openpty()
os.setsid() if os.getpid() != os.getsid(0) else None
attempt(lambda: fcntl.ioctl(child, 0x540E, 0))
fcntl.ioctl(child, 0x5412, b"x")
escaped("TIOCSTI")
# keys of the kernel, read
call("keyctl", 0, -3, 1)
escaped("keyctl")
# keys of the kernel, added
call("add_key", b"user", b"redline", b"x", 1, -3)
escaped("add_key")
# bpf
call("bpf", 0, b"\0" * 72, 72)
escaped("bpf")
# bpf, that it is not even there
attempt(lambda: call("bpf", 0, b"\0" * 72, 72))
if ctypes.get_errno() != errno.EPERM:
    escaped(ctypes.get_errno())
# performance events
attribute = struct.pack("IIQ", 1, 128, 0) + b"\0" * 112
call("perf_event_open", attribute, 0, -1, -1, 0)
escaped("perf")
# io_uring
call("io_uring_setup", 4, ctypes.create_string_buffer(256))
escaped("io_uring")
# userfaultfd
call("userfaultfd", 1)
escaped("userfaultfd")
# fanotify
call("fanotify_init", 0x200, 0)
escaped("fanotify")
# run before the others
os.nice(-5)
escaped("nice")
# real time
os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))
escaped("real time")
# be spared when memory runs out
with open("/proc/self/oom_score_adj", "w") as file:
    file.write("-500")
escaped("spared")
# raise its limits
for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE, resource.RLIMIT_CORE):
    attempt(lambda: (resource.setrlimit(kind, (resource.RLIM_INFINITY,) * 2), escaped(kind)))
# the clock
attempt(lambda: (time.clock_settime(time.CLOCK_REALTIME, time.time()), escaped("clock")))
# the host's name
attempt(lambda: (socket.sethostname("owned"), escaped("name")))
if socket.gethostname() != "sandbox":
    escaped(socket.gethostname())
# swap and restart
for name in ("swapon", "swapoff"):
    found = getattr(libc, name)(b"/tmp/x", 0)
    if found == 0 or ctypes.get_errno() != errno.EPERM:
        escaped((name, ctypes.get_errno()))
# the other way of calling the kernel
if ARM:
    print("there is none")
else:
    pid = os.fork()
    if pid == 0:
        # mov eax, 20; int 0x80; ret: getpid as a 32-bit program asks for it
        page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        page.write(bytes.fromhex("b814000000cd80c3"))
        ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
        os._exit(0)
    if os.WIFEXITED(os.waitpid(pid, 0)[1]):
        escaped("int 0x80")
# numbers of calls with the x32 bit
if not ARM:
    found = libc.syscall(ctypes.c_long(0x40000000 + 39))
    if found >= 0 or ctypes.get_errno() != errno.EPERM:
        escaped((found, ctypes.get_errno()))
# shared memory of others
attempt(lambda: escaped(call("shmget", 1, 4096, 0o1600)))
# listen to the server's own socket
attempt(lambda: escaped(os.listdir(f"/proc/{W['server']}/fd")))
# escape sequences in the output
print("\x1b]0;owned\x07\x1b[2J\x1b]52;c;b3duZWQ=\x07\x9b31m\u202egnp.exe\x08\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\")
""")

# Whoever kills everything around does not come to the end of its program.
ABRUPT = ("kill the parent", "kill process 1", "kill all")
PROCESSES = tuple(
    Attempt(each.name, each.code, each.limits, each.ends, each.name not in ABRUPT)
    for each in PROCESSES
)

NETWORK = attempts(r"""
# the machine's own ports
socket.create_connection(("127.0.0.1", W["tcp"]), 2)
escaped("connected")
# the machine's own ports by IPv6
if W["tcp6"]:
    socket.create_connection(("::1", W["tcp6"]), 2)
    escaped("connected")
# a packet to the machine
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", W["udp"]))
# a server outside
for address in (("1.1.1.1", 443), ("8.8.8.8", 53), ("10.0.0.1", 80), ("192.168.0.1", 80)):
    attempt(lambda: (socket.create_connection(address, 2), escaped(address)))
# the metadata of the cloud
socket.create_connection(("169.254.169.254", 80), 2)
escaped("connected")
# a packet outside
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("1.1.1.1", 53))
escaped("sent")
# names
escaped(socket.getaddrinfo("example.com", 80))
# the names of the machine's network
attempt(show, "/etc/resolv.conf")
if open("/etc/resolv.conf").read():
    escaped("resolv.conf")
# a socket in a file outside
made = socket.socket(socket.AF_UNIX)
made.connect(W["unix"])
escaped("connected")
# a socket in the tree
made = socket.socket(socket.AF_UNIX)
made.connect(W["folder"] + "/socket")
escaped("connected")
# a socket with no file
made = socket.socket(socket.AF_UNIX)
made.connect("\0" + W["abstract"])
escaped("connected")
# a socket of the family of files at all
socket.socket(socket.AF_UNIX)
escaped("made one")
# the sockets of well-known services
for path in ("/run/docker.sock", "/var/run/docker.sock", "/run/dbus/system_bus_socket", "/run/systemd/private", "/tmp/.X11-unix/X0"):
    if os.path.exists(path):
        escaped(path)
# raw packets
attempt(lambda: (socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP), escaped("raw")))
attempt(lambda: (socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3), escaped("packet")))
# packets without rights
attempt(lambda: (socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0), escaped("packet")))
# the machine around a virtual one
made = socket.socket(40, socket.SOCK_STREAM)
escaped("vsock")
# ciphers of the kernel
made = socket.socket(38, socket.SOCK_SEQPACKET)
escaped("alg")
# the firewall
made = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)
escaped("netfilter")
# events of the kernel
made = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 15)
escaped("uevent")
# bluetooth and others
for family in (4, 5, 9, 23, 29, 30, 31, 32, 39, 41, 42, 43, 44):
    attempt(lambda: (socket.socket(family, socket.SOCK_RAW), escaped(family)))
# interfaces
names = [name for _, name in socket.if_nameindex()]
print(names)
if set(names) - {"lo", "sit0", "tunl0", "ip6tnl0", "gre0", "gretap0", "erspan0", "ip_vti0", "ip6_vti0", "ip6gre0"}:
    escaped(names)
# add an address
made = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
message = struct.pack("=BBBBI", 2, 8, 0, 0, 1) + struct.pack("=HH4s", 8, 2, bytes((10, 9, 8, 7)))
made.send(struct.pack("=IHHII", 16 + len(message), 20, 5 | 0x600, 1, 0) + message)
code = struct.unpack_from("=i", made.recv(1000), 16)[0]
print(code)
if code == 0:
    escaped("added an address")
# ports below 1024
made = socket.socket()
made.bind(("127.0.0.1", 80))
escaped("bound port 80")
""")
