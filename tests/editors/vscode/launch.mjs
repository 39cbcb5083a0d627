// Starts and stops code-server and Chromium. Nothing but 127.0.0.1 can be reached.
import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { until } from './waiting.mjs';

const DIALLED = fileURLToPath(new URL('dialled.cjs', import.meta.url));
const NOWHERE = 'http://127.0.0.1:9/';

const USER_SETTINGS = {
  'chat.disableAIFeatures': true,
  'editor.accessibilitySupport': 'off',
  'editor.codeLens': true,
  'editor.cursorBlinking': 'solid',
  'editor.minimap.enabled': false,
  'files.autoSave': 'off',
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.commandCenter': false,
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.editor.enablePreview': false,
  'workbench.layoutControl.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

async function freePort() {
  const server = net.createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** code-server with one extension in it. `place` is a folder of its own. */
export class CodeServer {
  constructor(editors, place, environment) {
    this.program = path.join(editors, 'bin', 'code-server');
    this.place = place;
    this.dialled = path.join(place, 'dialled');
    this.environment = {
      ...environment,
      NODE_OPTIONS: `--require=${DIALLED}`,
      REDLINE_DIALLED: this.dialled,
      // Without it the workbench asks an outside gallery as it starts.
      EXTENSIONS_GALLERY: JSON.stringify({ serviceUrl: NOWHERE, itemUrl: NOWHERE }),
    };
    fs.mkdirSync(place, { recursive: true });
    fs.writeFileSync(path.join(place, 'config.yaml'), 'auth: none\ncert: false\n');
    this.arguments = [
      '--config', path.join(place, 'config.yaml'),
      '--user-data-dir', path.join(place, 'data'),
      '--extensions-dir', path.join(place, 'extensions'),
      '--disable-telemetry',
      '--disable-update-check',
      '--disable-getting-started-override',
      '--ignore-last-opened',
      // A window that was left with unsaved changes is not kept alive.
      '--reconnection-grace-time', '1',
    ];
  }

  /** Writes the user's settings, those of the machine (the scope of a program's path), and keys. */
  settings(user = {}, machine = {}, keys = []) {
    const data = path.join(this.place, 'data');
    for (const folder of ['User', 'Machine']) fs.mkdirSync(path.join(data, folder), { recursive: true });
    fs.writeFileSync(path.join(data, 'User', 'settings.json'), JSON.stringify({ ...USER_SETTINGS, ...user }));
    fs.writeFileSync(path.join(data, 'User', 'keybindings.json'), JSON.stringify(keys));
    fs.writeFileSync(path.join(data, 'Machine', 'settings.json'), JSON.stringify(machine));
  }

  async install(extension) {
    const options = { env: this.environment };
    const wanted = ['--install-extension', extension, '--force'];
    return promisify(execFile)(this.program, [...this.arguments, ...wanted], options);
  }

  async start() {
    this.port = await freePort();
    this.log = fs.openSync(path.join(this.place, 'code-server.log'), 'a');
    const where = ['--bind-addr', `127.0.0.1:${this.port}`];
    this.process = spawn(this.program, [...this.arguments, ...where], {
      env: this.environment,
      stdio: ['ignore', this.log, this.log],
      detached: true,
    });
    await until('code-server answers', async () => {
      const answer = await fetch(`http://127.0.0.1:${this.port}/healthz`).catch(() => null);
      return answer?.ok;
    });
  }

  /** What its processes wrote down of themselves: every `process` there was, every `host` they turned to. */
  noted(what) {
    const text = fs.existsSync(this.dialled) ? fs.readFileSync(this.dialled, 'utf8') : '';
    const lines = text.split('\n').map((line) => line.split(' '));
    return [...new Set(lines.filter(([kind]) => kind === what).map(([, name]) => name))];
  }

  url(folder) {
    return `http://127.0.0.1:${this.port}/?folder=${encodeURIComponent(folder)}`;
  }

  /** Ends it with its extension hosts and their servers, which would outlive the browser. */
  stop() {
    if (this.process) process.kill(-this.process.pid, 'SIGKILL');
  }
}

/** Chromium, which can resolve no name at all. `asked` is every address that was turned to. */
export async function startBrowser(editors, place, { scale = 1 } = {}) {
  const require = createRequire(path.join(editors, 'vscode', 'package.json'));
  const { chromium } = require('playwright-core');
  const browser = await chromium.launchPersistentContext(path.join(place, 'chromium'), {
    executablePath: path.join(editors, 'bin', 'chromium'),
    headless: true,
    viewport: { width: 1280, height: 800 },
    deviceScaleFactor: scale,
    permissions: ['clipboard-read', 'clipboard-write'],
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
    ],
  });
  const asked = new Set();
  // What the workbench's own service worker answers (a webview's files) never leaves the page.
  browser.on('response', (response) => { if (!response.fromServiceWorker()) asked.add(response.url()); });
  browser.on('requestfailed', (request) => {
    if (request.failure().errorText !== 'net::ERR_ABORTED') asked.add(request.url());
  });
  const page = browser.pages()[0] ?? (await browser.newPage());
  return { browser, page, asked };
}
