// What one scenario has: a workspace of its own, a window on it, and the wire to its server.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Traffic } from './traffic.mjs';
import { expect, until } from './waiting.mjs';
import { Workbench } from './workbench.mjs';

const WIRE = fileURLToPath(new URL('wire.mjs', import.meta.url));

const LOCAL = new Set(['127.0.0.1', 'localhost', '::1']);

export class Stage {
  constructor(code, screen, request, server) {
    Object.assign(this, { code, screen, request, server });
    this.folder = request.workspace;
    this.page = screen.page;
    this.bench = new Workbench(screen.page);
    this.events = [];
    this.wire = new Traffic(path.join(request.home, 'wire.jsonl'));
  }

  note(...event) {
    this.events.push(event);
  }

  /** The program the extension starts: the real server, with every message written down. */
  recordedServer() {
    const program = path.join(this.request.home, 'redline-lsp');
    const quoted = [process.execPath, WIRE, this.wire.file, ...this.server].map((word) => `'${word}'`);
    fs.writeFileSync(program, `#!/bin/sh\nexec ${quoted.join(' ')} "$@"\n`, { mode: 0o755 });
    return program;
  }

  /** Opens a window on the workspace; `machine` are settings of the extension, `user` of the editor, `keys` its. */
  async enter({ machine = {}, user = {}, keys = [] } = {}) {
    const ours = { 'redline.server.path': this.recordedServer(), ...machine };
    this.code.settings(user, ours, keys);
    await this.bench.load(this.code.url(this.folder));
  }

  /** Settings that come with the workspace, whoever wrote it. */
  workspaceSettings(settings) {
    fs.mkdirSync(path.join(this.folder, '.vscode'));
    fs.writeFileSync(path.join(this.folder, '.vscode', 'settings.json'), JSON.stringify(settings));
  }

  /** Opens a window and one file in it, and waits for the server. */
  async open(file, options) {
    await this.enter(options);
    await this.bench.openFile(file);
    await this.ready();
  }

  async ready() {
    await this.wire.next('redline/index', (index) => index.state === 'complete');
  }

  /** Closes the window. Nothing must have been asked of any other machine. */
  async leave() {
    await this.screen.page.goto('about:blank');
    expect('other hosts that were asked', this.hosts().filter((host) => !LOCAL.has(host)), []);
    await until('the server has ended with its window', () =>
      this.wire.servers().every((each) => !each.running));
  }

  /** Asks through the palette, with words. */
  async ask(action, instruction) {
    this.wire.now();
    await this.bench.command(`agent: ${action}`);
    await this.bench.answer(`agent: ${action}`, instruction);
  }

  /** Waits for the review of a proposal that was just made; after typing it has to be asked for. */
  async reviewOpens() {
    const [diff, offer] = [this.page.locator('.multiDiffEntry').first(), this.offer('Review')];
    await until('the review opens, or is offered', async () => (await diff.isVisible()) || (await offer.isVisible()));
    if (await offer.isVisible()) await offer.click();
  }

  /** Brings the review of the open proposal on screen, wherever the user is. */
  async openReview() {
    await this.bench.command('Redline: Review Proposal');
  }

  /** Shows the views of Redline in the side bar. */
  async openViews() {
    await this.page.locator('.activitybar .action-item a[aria-label^="Redline"]').click();
    await this.bench.sees('the runs', '.pane-header', 'Runs');
  }

  /** The row of a run in its view. */
  async runRow(title) {
    return this.bench.sees('the run', '.pane:has(.pane-header[aria-label^="Runs"]) .monaco-list-row', title);
  }

  /** A button of a message. */
  offer(label) {
    return this.page.locator('.notification-toast .monaco-button', { hasText: label }).first();
  }

  texts(files) {
    return Object.fromEntries(files.map((file) => [file, this.disk(file)]));
  }

  /** Every host the workbench, code-server and the extension turned to since code-server started. */
  hosts() {
    const asked = [...this.screen.asked].map((url) => new URL(url).hostname).filter(Boolean);
    return [...new Set([...asked, ...this.code.noted('host')])];
  }

  uri(file) {
    return pathToFileURL(path.join(this.folder, file)).href;
  }

  disk(file) {
    return fs.readFileSync(path.join(this.folder, file), 'utf8');
  }

  there(file) {
    return fs.existsSync(path.join(this.folder, file));
  }

  /** A script for the model `scripted:FILE`. */
  script(text) {
    const file = path.join(this.request.home, 'model.script');
    fs.writeFileSync(file, text);
    return { 'redline.model': `scripted:${file}` };
  }

  async shot(name) {
    const file = path.join(this.request.shots, `${this.request.scenario}-${name}.png`);
    await this.bench.shot(file);
  }

  /** Waits until the buffer the editor reported is `text`. */
  async buffer(file, text) {
    await until(`${file} becomes ${JSON.stringify(text)}`, () => this.wire.document(this.uri(file)) === text)
      .catch((problem) => {
        throw new Error(`${problem.message}; it is ${JSON.stringify(this.wire.document(this.uri(file)))}`);
      });
  }

  /** Saves everything and compares what is on disk with `texts` ({file: text}). */
  async saved(texts) {
    for (const file of Object.keys(texts)) {
      if (texts[file] === this.disk(file)) continue;
      // The editor gives a changed file a tab after a while; until then it is not saved with the rest.
      await this.bench.sees(`${file} in a tab`, `.tab[data-resource-name="${path.basename(file)}"]`);
    }
    await this.bench.command('File: Save All');
    for (const [file, text] of Object.entries(texts)) {
      await until(`${file} is on disk as ${JSON.stringify(text)}`, () => this.disk(file) === text);
    }
  }
}
