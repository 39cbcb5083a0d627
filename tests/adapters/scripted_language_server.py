"""A language server whose answers are fixed, for what the real one does not do.

Called with a file of JSON: `{method: result}`. Besides methods it may hold

  capabilities   what `initialize` answers, besides the position encoding `encoding`
  hang, die      methods that get no answer, that it dies of
  ask            methods before whose answer it asks questions of its own
  say            {method: messages} it says when it gets that message; "URI" and "VERSION" in
                 them stand for those of the document the message is about
  signal         messages it says when it gets SIGUSR1
  eat            {method: MiB} it fills before it answers

Every message received is appended to the file's name with `.log`, after its process id and
its environment. Run as a program, it needs nothing but the standard library.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path


def main(path: str) -> None:
    script = json.loads(Path(path).read_text())
    signal.signal(signal.SIGUSR1, lambda *_: say(script.get("signal", ())))
    with Path(path + ".log").open("a") as log:
        log.write(f"pid {os.getpid()}\n")
        log.write(json.dumps({"environment": dict(os.environ)}) + "\n")
        log.flush()
        while True:
            length = 0
            while (line := sys.stdin.buffer.readline()) not in (b"\r\n", b""):
                if line.lower().startswith(b"content-length"):
                    length = int(line.split(b":")[1])
            if not line:
                return
            message = json.loads(sys.stdin.buffer.read(length))
            log.write(json.dumps(message) + "\n")
            log.flush()
            if message.get("method") == "exit" and not script.get("stubborn"):
                return
            act(script, message)


def act(script: dict, message: dict) -> None:
    """What it does about one message."""
    method = message.get("method")
    document = (message.get("params") or {}).get("textDocument") or {}
    spoken = json.dumps(script.get("say", {}).get(method, ()))
    spoken = spoken.replace('"VERSION"', str(document.get("version")))
    say(json.loads(spoken.replace('"URI"', json.dumps(document.get("uri")))))
    if "id" not in message or method is None or method in script.get("hang", ()):
        return
    if method in script.get("die", ()):
        os._exit(3)
    if method in script.get("ask", ()):
        items = {"items": [{}, {}]}
        send({"id": "q1", "method": "workspace/configuration", "params": items})
        send({"id": "q2", "method": "client/registerCapability", "params": {}})
        send({"id": "q3", "method": "no/such", "params": {}})
    eaten = b"x" * (script.get("eat", {}).get(method, 0) << 20)
    result = script.get(method)
    if method == "initialize":
        encoding = {"positionEncoding": script.get("encoding", "utf-16")}
        result = {"capabilities": {**encoding, **script.get("capabilities", {})}}
    if isinstance(result, dict) and "error" in result:
        send({"id": message["id"], "error": result["error"]})
    else:
        send({"id": message["id"], "result": result})
    del eaten


def say(messages: list[dict]) -> None:
    for each in messages:
        send(each)


def send(message: dict) -> None:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1])
