// Plays scenarios in one code-server, one after the other.
//
//   main.mjs CASE
//
// CASE is a JSON file {editors, place, extension, server}. Each line of standard input is
// {scenario, workspace, home, shots, data}; each line of standard output tells how it went:
// {ok, problem, events, seconds}.
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CodeServer, startBrowser } from './launch.mjs';
import { Stage } from './stage.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));

async function allScenarios() {
  const folder = path.join(HERE, 'scenarios');
  const files = fs.readdirSync(folder).filter((name) => name.endsWith('.mjs'));
  const modules = await Promise.all(files.map((name) => import(path.join(folder, name))));
  return Object.assign({}, ...modules.map((each) => each.scenarios));
}

async function play(scenarios, code, screen, request, server) {
  const stage = new Stage(code, screen, request, server);
  const began = Date.now();
  const told = { ok: true, problem: '' };
  try {
    const scenario = scenarios[request.scenario];
    if (!scenario) throw new Error(`there is no scenario ${request.scenario}`);
    await scenario(stage);
  } catch (problem) {
    Object.assign(told, { ok: false, problem: problem.stack });
    await stage.shot('problem').catch(() => {});
  }
  await stage.leave().catch((problem) => Object.assign(told, { ok: false, problem: problem.stack }));
  return { ...told, events: stage.events, seconds: (Date.now() - began) / 1000 };
}

const given = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const scenarios = await allScenarios();
const code = new CodeServer(given.editors, given.place, process.env);
code.settings();
let screen;
try {
  await code.install(given.extension);
  await code.start();
  screen = await startBrowser(given.editors, given.place, { scale: given.scale });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const told = await play(scenarios, code, screen, JSON.parse(line), given.server);
    process.stdout.write(`${JSON.stringify(told)}\n`);
  }
} finally {
  await screen?.browser.close();
  code.stop();
}
