"""Attempts on files: to write outside of the copy, to read what is not the project's."""

# ruff: noqa: E501 - programs, a line each
from __future__ import annotations

from sandbox_attempts import attempts

WRITES = attempts(r"""
# write by an absolute path
over(W["outside"] + "/victim.txt")
# make a file outside
over(W["outside"] + "/new.txt")
# write by going up
over("../outside/victim.txt")
# write through a link in the tree, absolute
over("leads_out/victim.txt")
# write through a link in the tree, relative
over("up/victim.txt")
# write through a link of its own
os.symlink(W["outside"], "mine")
over("mine/victim.txt")
# write through a hard link in the tree
with open("hard.txt", "w") as file:
    file.write("owned")  # caught by the overlay; the runner looks outside
# hard link to a file outside
os.link(W["outside"] + "/victim.txt", "linked")
over("linked")
# hard link to a program of the system
os.link("/usr/bin/env", "linked")
escaped("linked /usr/bin/env")
# write by /proc/self/root
over("/proc/self/root" + W["outside"] + "/victim.txt")
# write by the root of process 1
over("/proc/1/root" + W["outside"] + "/victim.txt")
# write by the working folder of process 1
over("/proc/1/cwd/../../../outside/victim.txt")
# write by the roots of all processes
for pid in os.listdir("/proc"):
    if pid.isdigit():
        attempt(over, f"/proc/{pid}/root{W['outside']}/victim.txt")
        attempt(over, f"/proc/{pid}/cwd/../outside/victim.txt")
# remount what is read-only
attempt(call, "mount", None, b"/", None, 0x1020, None)
if attempt(call, "mount", None, b"/usr", None, 0x1020, None) is not None:
    escaped("remounted /usr")
    attempt(over, "/usr/redline-was-here")
# mount something
if attempt(call, "mount", b"none", b"/tmp", b"tmpfs", 0, None) is not None:
    escaped("mounted")
# bind mount
os.mkdir("/tmp/b")
call("mount", b"/", b"/tmp/b", None, 0x1000, None)
escaped("bound")
# mount by the newer calls
attempt(lambda: escaped(call("open_tree", -100, b"/", 1)))
attempt(lambda: escaped(call("fsopen", b"tmpfs", 0)))
attempt(lambda: escaped(call("mount_setattr", -100, b"/", 0, b"\0" * 32, 32)))
# unmount what covers something
for place in (b"/proc/sys", b"/proc", W["folder"].encode(), b"/tmp", b"/"):
    if attempt(call, "umount2", place, 2) is not None:
        escaped(place)
# a user namespace of its own by unshare
call("unshare", 0x10000000)
escaped("new user namespace")
# a mount namespace of its own by unshare
call("unshare", 0x00020000)
escaped("new mount namespace")
# a user namespace of its own by clone
pid = call("clone", 0x10000000 | signal.SIGCHLD, 0, 0, 0, 0)
if pid == 0:
    os._exit(0)
escaped("new user namespace")
# a user namespace of its own by clone3
arguments = (ctypes.c_uint64 * 8)(0x10000000, 0, 0, 0, signal.SIGCHLD)
pid = call("clone3", arguments, 64)
if pid == 0:
    os._exit(0)
escaped("new user namespace")
# a user namespace by the unshare program
import subprocess
done = subprocess.run(["/usr/bin/unshare", "-Ur", "true"], capture_output=True)
print(done)
if done.returncode == 0:
    escaped("new user namespace")
# chroot
os.chroot("/proc/1/root")
escaped("chroot")
# pivot_root
os.makedirs("/tmp/r/old")
call("pivot_root", b"/tmp/r", b"/tmp/r/old")
escaped("pivot_root")
# the namespaces of process 1
for name in ("mnt", "user", "net", "pid"):
    def enter():
        handle = os.open(f"/proc/1/ns/{name}", os.O_RDONLY)
        call("setns", handle, 0)
        if name != "user":
            escaped(name)
    attempt(enter)
# make a block device
os.mknod("disk", 0o600 | stat.S_IFBLK, os.makedev(254, 0))
escaped("made a device")
# make a character device
os.mknod("memory", 0o600 | stat.S_IFCHR, os.makedev(1, 1))
escaped("made a device")
# make the mark of a removed file
os.mknod("a-mark", 0o600 | stat.S_IFCHR, os.makedev(0, 0))
escaped("made a mark")
# open the machine's devices
for name in ("mem", "kmem", "port", "vda", "sda", "nvme0n1", "kvm", "fuse", "net/tun", "kmsg",
             "loop-control", "uinput", "snapshot", "btrfs-control", "vhost-vsock", "mapper/control"):
    try:
        os.open("/dev/" + name, os.O_RDWR)
        escaped(name)
    except OSError:
        pass
# a program that runs as its owner
import shutil
shutil.copy("/bin/sh", "shell")
os.chmod("shell", 0o6755)
print(os.stat("shell").st_mode)
status = open("/proc/self/status").read()
if "NoNewPrivs:\t1" not in status:
    escaped("programs may gain rights")
# rights
lines = [each for each in open("/proc/self/status") if each.startswith(("CapEff", "CapPrm", "CapInh", "CapBnd", "CapAmb"))]
print(lines)
if any(int(each.split()[1], 16) for each in lines):
    escaped(lines)
# become another user
for function, number in ((os.setuid, 1), (os.setgid, 1)):
    attempt(lambda: (function(number), escaped(number)))
attempt(lambda: (os.setgroups([1]), escaped("groups")))
# write over the system's programs
attempt(over, "/usr/bin/redline-was-here")
attempt(over, "/bin/redline-was-here")
# write over the accounts
attempt(over, "/etc/passwd")
attempt(over, "/etc/redline-was-here")
attempt(over, "/etc/ld.so.preload")
# write into the root and the devices
attempt(over, "/redline-was-here")
attempt(over, "/dev/redline-was-here")
attempt(over, "/var/redline-was-here")
# a file by its handle
handle = ctypes.create_string_buffer(struct.pack("II", 128, 0) + b"\0" * 128)
mount = ctypes.create_string_buffer(8)
attempt(lambda: escaped(call("name_to_handle_at", -100, b"/usr", handle, mount, 0)))
attempt(lambda: escaped(call("open_by_handle_at", -100, handle, 0)))
# settings of the kernel
path = "/proc/sys/fs/lease-break-time"
now = open(path).read()
over(path, now)
# the program for dumps of memory
path = "/proc/sys/kernel/core_pattern"
now = open(path).read()
over(path, now)
# the kernel's emergency keys
os.open("/proc/sysrq-trigger", os.O_WRONLY)
if not stat.S_ISCHR(os.stat("/proc/sysrq-trigger").st_mode):
    escaped("sysrq")
# anything else in /proc that can be written
for folder, folders, names in os.walk("/proc"):
    if folder == "/proc":
        folders[:] = [each for each in folders if not each.isdigit() and each not in ("self", "thread-self", "pressure")]
    for name in names:
        path = os.path.join(folder, name)
        try:
            if stat.S_ISREG(os.lstat(path).st_mode):
                os.close(os.open(path, os.O_WRONLY))
                escaped(path)
        except OSError:
            pass
# the kernel's other file systems
for path in ("/sys/kernel/uevent_helper", "/sys/fs/cgroup/release_agent", "/sys/power/state"):
    attempt(over, path, "x")
# load code into the kernel
attempt(lambda: escaped(call("finit_module", 0, b"", 0)) )
error = ctypes.get_errno()
if error not in (errno.EPERM, errno.ENOSYS):
    escaped(f"modules: {error}")
# git: a hook
over_ = open(".git/hooks/post-checkout", "w")
over_.write("#!/bin/sh\ntouch " + W["outside"] + "/owned\n")
over_.close()
os.chmod(".git/hooks/post-checkout", 0o755)
# git: a program in the configuration
with open(".git/config", "w") as file:
    file.write("[core]\n\tfsmonitor = touch " + W["outside"] + "/owned\n\thooksPath = /tmp\n")
# git: a common folder elsewhere
with open(".git/commondir", "w") as file:
    file.write(W["home"])
# settings of editors
for name in (".vscode", ".idea"):
    os.mkdir(name)
    with open(name + "/settings.json", "w") as file:
        file.write("{}")
# remove everything
import shutil
for name in os.listdir("."):
    if os.path.islink(name) or not os.path.isdir(name):
        os.unlink(name)
    else:
        shutil.rmtree(name)
print(os.listdir("."))
# rename the folder
os.rename(W["folder"], W["folder"] + "-moved")
escaped("renamed")
# put a link in place of the folder
os.rmdir(W["folder"])
os.symlink(W["outside"], W["folder"])
escaped("replaced")
# links where what was written is read
os.symlink(W["outside"] + "/victim.txt", "stolen")
os.symlink(W["outside"], "stolen-folder")
os.symlink("/etc/shadow", "shadow")
os.mkfifo("waits")
# folders turned into links while they are read
import threading
os.mkdir("turning")
open("turning/victim.txt", "w").close()
pid = os.fork()
if pid == 0:
    os.setsid()
    until = time.monotonic() + 5
    while time.monotonic() < until:
        os.rename("turning", "turned")
        os.symlink(W["outside"], "turning")
        os.unlink("turning")
        os.rename("turned", "turning")
    os._exit(0)
# write where the layers are kept
for folder, _, names in os.walk(W["cache"]):
    for name in names:
        attempt(over, os.path.join(folder, name))
over(W["cache"] + "/owned")
# write over Redline's journal
over(W["state"] + "/journal.sqlite")
# write into the home of the user
over(W["home"] + "/.bashrc")
# times and modes outside
attempt(lambda: (os.chmod(W["outside"] + "/victim.txt", 0o777), escaped("mode")))
attempt(lambda: (os.utime(W["outside"] + "/victim.txt"), escaped("time")))
attempt(lambda: (os.truncate(W["outside"] + "/victim.txt", 0), escaped("size")))
# a pipe in the tree
try:
    handle = os.open("pipe", os.O_WRONLY | os.O_NONBLOCK)
    os.write(handle, b"x")
    escaped("someone reads the pipe")
except OSError as error:
    print(error)
# handles that came along
found = [each for each in os.listdir("/proc/self/fd") if int(each) > 2]
for each in found:
    try:
        escaped((each, os.readlink(f"/proc/self/fd/{each}")))
    except OSError:
        pass  # the one the list was read with
# handles of the processes around
for pid in os.listdir("/proc"):
    if pid.isdigit() and int(pid) != os.getpid():
        for each in attempt(os.listdir, f"/proc/{pid}/fd") or ():
            target = attempt(os.readlink, f"/proc/{pid}/fd/{each}") or ""
            print(pid, each, target)
            if "socket:" in target or W["base"] in target:
                escaped(target)
""")

READS = attempts(r"""
# the machine's passwords
show("/etc/shadow")
escaped("/etc/shadow")
# the accounts of the machine
names = [each.split(":")[0] for each in open("/etc/passwd")]
print(names)
if len(names) > 2:
    escaped(names)
# the user's keys
show(W["home"] + "/.ssh/id_rsa")
# the user's credentials
show(W["home"] + "/.aws/credentials")
# .env
show(".env")
# .env in a folder
show("sub/.env.production")
# a private key in the tree
show("config/server.pem")
# what a secret link leads to
attempt(show, ".env.local")
attempt(show, "config/real-secret")
# a folder of secrets
show(".aws/credentials")
# a password in git's configuration
show(".git/config")
# all files that can be read
for folder, folders, names in os.walk("/"):
    if folder == "/":
        folders[:] = [each for each in folders if each not in ("usr", "proc")]
    for name in names:
        path = os.path.join(folder, name)
        if stat.S_ISREG(os.lstat(path).st_mode):
            try:
                if W["canary"].encode() in open(path, "rb").read(1 << 20):
                    escaped(path)
            except OSError:
                pass
# the environment it was given
for name, value in os.environ.items():
    if W["canary"] in value or not name.startswith(("PATH", "LANG", "LC_", "TERM", "HOME", "TMPDIR", "USER", "PWD", "PYTHON", "CI", "VIRTUAL_ENV")):
        escaped((name, value))
if os.environ["HOME"] != "/home/sandbox":
    escaped(os.environ["HOME"])
# the environments of all processes
for pid in os.listdir("/proc"):
    if pid.isdigit():
        attempt(show, f"/proc/{pid}/environ")
# the environment of the server and of others by their numbers
for pid in (W["server"], W["victim"]):
    attempt(show, f"/proc/{pid}/environ")
    attempt(show, f"/proc/{pid}/cmdline")
# Redline's journal
show(W["state"] + "/journal.sqlite")
# a file outside
show(W["outside"] + "/victim.txt")
# a file outside by a link
attempt(show, "leads_out/victim.txt")
attempt(show, "up/victim.txt")
# other users' homes
for place in ("/root", "/home", "/var", "/opt", "/srv", "/mnt", "/media", "/run", "/boot", "/work"):
    for name in attempt(os.listdir, place) or ():
        if (place, name) != ("/home", "sandbox"):
            escaped((place, name))
# the folder for temporary files of everyone
for name in os.listdir("/tmp"):
    if not W["folder"].startswith("/tmp/" + name):
        escaped(name)
# what lies beside the project
print(os.listdir(".."))
if os.listdir("..") != [os.path.basename(W["folder"])]:
    escaped(os.listdir(".."))
# the layers behind the overlay
for line in open("/proc/self/mountinfo"):
    if W["cache"] in line:
        print("a path is known, nothing more:", line)
attempt(lambda: escaped(os.listdir(W["cache"])))
# the memory of the machine
attempt(show, "/proc/kcore")
attempt(show, "/dev/mem")
# the kernel's messages
buffer = ctypes.create_string_buffer(1000)
escaped(call("syslog", 3, buffer, 1000))
# the kernel's addresses
if any(int(each.split()[0], 16) for each in open("/proc/kallsyms")):
    escaped("addresses")
# the kernel's keys
text = open("/proc/keys").read()
if text:
    escaped(text)
# processes of the machine
pids = [int(each) for each in os.listdir("/proc") if each.isdigit()]
print(pids)
if len(pids) > 4:
    escaped(pids)
""")
