// What went over the wire between the extension and the server, as `wire.mjs` wrote it down.
import fs from 'node:fs';
import { until } from './waiting.mjs';

export class Traffic {
  constructor(file) {
    this.file = file;
    this.read = 0;
    this.rest = '';
    this.records = [];
    this.mark = 0;
  }

  /** Every record so far. */
  all() {
    if (!fs.existsSync(this.file)) return this.records;
    const bytes = fs.readFileSync(this.file);
    const text = this.rest + bytes.toString('utf8', this.read);
    this.read = bytes.length;
    const lines = text.split('\n');
    this.rest = lines.pop();
    this.records.push(...lines.map((line) => JSON.parse(line)));
    return this.records;
  }

  /** From here on: `sent` and `next` look no further back. */
  now() {
    this.mark = this.all().length;
  }

  /** The params of every `method` that `from` sent since `now()`. */
  sent(method, from = 'server') {
    return this.all()
      .slice(this.mark)
      .filter((each) => each.from === from && each.message.method === method)
      .map((each) => each.message.params);
  }

  async next(method, fits = () => true, from = 'server') {
    return until(`${method} from the ${from}`, () => this.sent(method, from).findLast(fits));
  }

  /** Waits for a run to get to `state`. */
  async run(state) {
    return this.next('redline/run', (run) => run.state === state);
  }

  /** The newest proposal with the given state and hunks, once it is there. */
  async proposal(fits = () => true) {
    return until('a proposal', () => {
      const newest = this.sent('redline/proposal').at(-1);
      return newest && fits(newest) ? newest : null;
    });
  }

  /** [{params, result, error, at}] of every `method` that was answered, oldest first. */
  answers(method, from = 'client') {
    const asked = new Map();
    const done = [];
    for (const [at, { from: who, message }] of this.all().entries()) {
      if (message.started) asked.clear();
      else if (who === from && message.method === method) asked.set(message.id, message.params);
      else if (who !== from && !message.method && asked.has(message.id)) {
        const { result, error } = message;
        done.push({ params: asked.get(message.id), result, error, at });
        asked.delete(message.id);
      }
    }
    return done;
  }

  /** The newest command `name` that was answered since `now()`, once there is one. */
  async command(name) {
    return until(`the answer to ${name}`, () => this.commands(name).findLast((each) => each.at >= this.mark));
  }

  commands(name) {
    return this.answers('workspace/executeCommand').filter((each) => each.params.command === name);
  }

  /** What the editor last got for a virtual document. */
  virtual(uri) {
    const served = this.answers('workspace/textDocumentContent');
    return served.findLast((each) => sameUri(each.params.uri, uri))?.result?.text;
  }

  /** The text of a document as the editor last reported it; what is closed may still change, on undo. */
  document(uri) {
    let text;
    for (const { from, message } of this.all()) {
      if (message.started) text = undefined;
      if (from !== 'client' || !sameUri(message.params?.textDocument?.uri ?? '', uri)) continue;
      if (message.method === 'textDocument/didOpen') text = message.params.textDocument.text;
      if (message.method === 'textDocument/didChange') text = message.params.contentChanges.reduce(changed, text);
    }
    return text;
  }

  /** Process ids of the servers that were started, and whether they still run. */
  servers() {
    const ended = new Set(this.all().map((each) => each.message.ended));
    return this.all()
      .filter((each) => each.message.started)
      .map((each) => ({ pid: each.message.started, running: !ended.has(each.message.started) }));
  }
}

function sameUri(one, other) {
  return decodeURIComponent(one) === decodeURIComponent(other);
}

function changed(text, { range, text: replacement }) {
  if (!range) return replacement;
  return splice(text, range, replacement);
}

/** `text` with the range replaced; positions count UTF-16 units, as this language does. */
export function splice(text, range, replacement) {
  const starts = [0];
  for (let at = 0; at < text.length; at += 1) {
    const end = text[at] === '\n' || (text[at] === '\r' && text[at + 1] !== '\n');
    if (end) starts.push(at + 1);
  }
  const offset = ({ line, character }) => (line < starts.length ? starts[line] + character : text.length);
  return text.slice(0, offset(range.start)) + replacement + text.slice(offset(range.end));
}

/** `text` with these hunks of one file applied. */
export function withHunks(text, hunks) {
  const fromBelow = [...hunks].sort((a, b) => b.range.start.line - a.range.start.line);
  return fromBelow.reduce((so, hunk) => splice(so, hunk.range, hunk.after), text);
}
