// The server is missing, dies, is restarted; the workspace is not trusted.
import { Review } from '../review.mjs';
import { expect } from '../waiting.mjs';
import { askForRename } from './review.mjs';

const PRICES = 'shop/prices.py';

async function says_how_to_install_a_missing_server(stage) {
  await stage.enter({ machine: { 'redline.server.path': '/nowhere/redline-lsp' } });
  await stage.bench.openFile(PRICES);
  const told = await stage.bench.sees('the message', '.notification-toast', 'redline-lsp');
  await stage.shot('missing');
  await told.locator('.monaco-button', { hasText: 'Install' }).first().click();
  await stage.page.getByText('pip install').first().waitFor();
  await stage.shot('install');
}

async function brings_the_proposal_back_after_the_server_died(stage) {
  const { proposal, review } = await askForRename(stage);
  const running = stage.wire.servers().filter((each) => each.running);
  expect('servers', running.length, 1);
  stage.wire.now();
  process.kill(running[0].pid, 'SIGKILL');
  const restored = await stage.wire.proposal((each) => each.id === proposal.id);
  expect('its hunks', restored.hunks.map((each) => each.digest), proposal.hunks.map((each) => each.digest));
  await stage.openReview();
  await review.shown(restored);
  await stage.shot('restored');
  await stage.bench.command('Redline: Restart Server');
  stage.wire.now();
  await stage.wire.proposal((each) => each.id === proposal.id);
}

async function works_in_restricted_mode(stage) {
  stage.workspaceSettings({ 'redline.inlineLanguagesOff': ['python'], 'redline.inlineModel': 'a/b' });
  await stage.open(PRICES, {
    user: { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' },
  });
  await stage.bench.sees('restricted mode', '.statusbar-item, .part.banner', 'Restricted');
  const [started] = stage.wire.sent('initialize', 'client');
  expect('what the server is told', started.initializationOptions, { trust: 'never' });
  await stage.bench.goTo(6, 5);
  await stage.ask('refactor', 'rename total to amount');
  const review = new Review(stage);
  const proposal = await stage.wire.proposal();
  await stage.reviewOpens();
  await review.shown(proposal);
  await stage.shot('restricted');
}

async function turns_to_no_other_machine(stage) {
  await stage.open(PRICES);
  stage.note('hosts', stage.hosts());
  stage.note('processes', stage.code.noted('process'));
}

export const scenarios = {
  turns_to_no_other_machine,
  brings_the_proposal_back_after_the_server_died,
  says_how_to_install_a_missing_server,
  works_in_restricted_mode,
};
