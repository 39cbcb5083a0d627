"""A language server whose answers are fixed, for what the real one does not do.

Called with a file of JSON: `{method: result}`. The method "hang" lists methods that get
no answer; `encoding` is the position encoding. Every message received is appended to the
file's name with `.log`. Run as a program, it needs nothing but the standard library.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


def main(path: str) -> None:
    script = json.loads(Path(path).read_text())
    with Path(path + ".log").open("a") as log:
        log.write(f"pid {os.getpid()}\n")
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
            method = message.get("method")
            if method == "exit" and not script.get("stubborn"):
                return
            if "id" not in message or method is None or method in script.get("hang", ()):
                continue
            if method in script.get("die", ()):
                os._exit(3)
            if method in script.get("ask", ()):
                send(
                    {"id": "q1", "method": "workspace/configuration", "params": {"items": [{}, {}]}}
                )
                send({"id": "q2", "method": "client/registerCapability", "params": {}})
                send({"id": "q3", "method": "no/such", "params": {}})
            result = script.get(method)
            if method == "initialize":
                capabilities = {"positionEncoding": script.get("encoding", "utf-16")}
                result = {"capabilities": capabilities}
            if isinstance(result, dict) and "error" in result:
                send({"id": message["id"], "error": result["error"]})
            else:
                send({"id": message["id"], "result": result})


def send(message: dict) -> None:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1])
