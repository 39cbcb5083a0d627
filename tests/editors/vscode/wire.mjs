// Stands between the extension and the real server: passes every byte on, and writes each
// message down, so that a scenario can compare what was shown with what came over the wire.
//
//   wire.mjs RECORD COMMAND [ARGUMENT...]
//
// RECORD gets a JSON line {from: 'client' | 'server' | 'wire', at, message} per message.
import { spawn } from 'node:child_process';
import fs from 'node:fs';

const [record, command, ...args] = process.argv.slice(2);
const file = fs.openSync(record, 'a');

function note(from, message) {
  fs.writeSync(file, `${JSON.stringify({ from, at: Date.now(), message })}\n`);
}

/** Calls `note` with every whole message in the bytes it is given. */
function reader(from) {
  let rest = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (;;) {
      const end = rest.indexOf('\r\n\r\n');
      const length = end < 0 ? null : /Content-Length: (\d+)/i.exec(rest.toString('latin1', 0, end));
      const body = end + 4;
      if (!length || rest.length < body + Number(length[1])) return;
      const to = body + Number(length[1]);
      note(from, JSON.parse(rest.toString('utf8', body, to)));
      rest = rest.subarray(to);
    }
  };
}

const server = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
note('wire', { started: server.pid, command, args });
const [fromClient, fromServer] = [reader('client'), reader('server')];
process.stdin.on('data', (bytes) => {
  fromClient(bytes);
  server.stdin.write(bytes);
});
process.stdin.on('end', () => server.stdin.end());
server.stdin.on('error', () => {});
server.stdout.on('data', (bytes) => {
  fromServer(bytes);
  process.stdout.write(bytes);
});
server.on('error', (problem) => {
  note('wire', { failed: String(problem) });
  process.exit(127);
});
server.on('exit', (code, signal) => {
  note('wire', { ended: server.pid, code, signal });
  process.exit(code ?? 1);
});
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => server.kill(signal));
