// Runs are started, watched, answered and stopped.
import { Review, hunkWith } from '../review.mjs';
import { withHunks } from '../traffic.mjs';
import { expect, until } from '../waiting.mjs';

const PRICES = 'shop/prices.py';

/** A run that asks which name, and then renames. */
const QUESTION = `
call plan {"steps": ["refactorer: rename total"]}
call ask {"question": "Which name shall it be?", "options": ["amount", "grand_total"]}
---
expect: grand_total
call rename {"name": "total", "new_name": "grand_total"}
call propose {"title": "Call it grand_total"}
`;

/** A run that takes a minute over its second step. */
const SLOW = `
call plan {"steps": ["scout: look around", "refactorer: rename total"]}
call outline {"path": "shop/prices.py"}
---
fault: stall 60
call propose {"title": "Never"}
`;

async function asks_from_the_lightbulb(stage) {
  await stage.open(PRICES);
  await stage.bench.goTo(6, 5);
  stage.wire.now();
  const action = await stage.bench.menu('agent: refactor');
  await stage.shot('lightbulb');
  await action.click();
  await stage.bench.answer('agent: refactor', 'rename total to amount');
  const proposal = await stage.wire.proposal();
  hunkWith(proposal, 'def amount');
  const { range } = stage.wire.commands('agent.refactor').at(-1).params.arguments[0];
  expect('the line it was asked at', range.start.line, 5);
}

async function is_stopped_while_it_works(stage) {
  await stage.open(PRICES, { machine: stage.script([SLOW, SLOW, SLOW].join('---')) });
  const before = stage.disk(PRICES);
  await stage.ask('refactor', 'rename total to amount');
  await stage.wire.run('working');
  await stage.bench.sees('the step that is under way', '.statusbar-item', 'Redline: look around');
  await stage.shot('working');
  await stage.bench.command('Redline: Stop the Agent');
  await stage.bench.pick('Stop: ');
  await stage.wire.run('cancelled');
  await stage.shot('stopped');
  expect('the file', stage.disk(PRICES), before);
  expect('proposals', stage.wire.sent('redline/proposal'), []);
  await stage.ask('refactor', 'rename total to amount');
  await stage.wire.run('working');
  await stage.bench.command('Redline: Stop All Runs');
  await stage.wire.run('cancelled');
  await stage.bench.sees('that all are stopped', '.notification-toast', 'every run is stopped');
  await stage.bench.command('Redline: Let Runs Begin Again');
  await stage.wire.command('redline.resume');
  await stage.ask('refactor', 'rename total to amount');
  await stage.wire.run('working');
}

async function answers_a_question_and_types_meanwhile(stage) {
  await stage.open(PRICES, { machine: stage.script(QUESTION) });
  const before = stage.disk(PRICES);
  await stage.ask('refactor', 'give total a better name');
  await stage.wire.next('redline/question');
  await stage.bench.titled('Which name shall it be?');
  await stage.shot('question');
  await stage.page.locator('.editor-instance .view-line', { hasText: 'return sum' }).first().click();
  await stage.bench.press('Control+Home');
  await stage.bench.type('# typed while it waited: ö 😀\n');
  await stage.bench.pick('grand_total');
  const proposal = await stage.wire.proposal();
  const review = new Review(stage);
  await stage.reviewOpens();
  await review.shown(proposal);
  await stage.shot('typed');
  await stage.bench.command('Redline: Accept Whole Proposal');
  await stage.wire.command('redline.accept');
  const hunks = proposal.hunks.filter((each) => each.uri === stage.uri(PRICES));
  await stage.saved({ [PRICES]: withHunks(`# typed while it waited: ö 😀\n${before}`, hunks) });
}

async function explains(stage) {
  await stage.open(PRICES);
  await stage.bench.goTo(6, 5);
  stage.wire.now();
  await stage.bench.command('agent: explain');
  await stage.bench.pick('No instruction');
  const answer = await stage.wire.next('redline/answer');
  const words = answer.markdown.match(/[a-z]{5,}/g).slice(0, 3);
  await until('the answer is rendered', async () => {
    for (const frame of stage.page.frames()) {
      const text = await frame.locator('body').innerText({ timeout: 1000 }).catch(() => '');
      if (words.every((word) => text.includes(word))) return true;
    }
    return false;
  });
  await stage.shot('answer');
}

async function reviews_a_buffer_without_a_file(stage) {
  await stage.open(PRICES);
  const [uri, before, after] = ['untitled:Untitled-1', 'total = 1\nprint(total)\n', 'amount = 1\nprint(amount)\n'];
  await stage.bench.command('File: New Untitled Text File');
  await stage.bench.inEditor();
  await stage.bench.type(before);
  await stage.bench.command('Change Language Mode');
  await stage.page.locator('.quick-input-widget input[placeholder*="Language Mode"]').waitFor();
  await stage.page.keyboard.insertText('python');
  await stage.bench.pick('Python');
  await stage.bench.goTo(1, 1);
  await stage.ask('refactor', 'rename total to amount');
  const proposal = await stage.wire.proposal();
  const review = new Review(stage);
  await stage.reviewOpens();
  await review.shown(proposal);
  expect('what the diff shows', stage.wire.virtual(proposal.files[0].after), after);
  await stage.shot('untitled');
  await stage.bench.command('Redline: Accept Whole Proposal');
  await review.closed();
  const buffer = (text) => until(`the buffer is ${text}`, () => stage.wire.document(uri) === text);
  await buffer(after);
  await stage.page.locator('.editor-instance .view-line', { hasText: 'print' }).click();
  await stage.bench.press('Control+z');
  await buffer(before);
}

export const scenarios = {
  answers_a_question_and_types_meanwhile,
  asks_from_the_lightbulb,
  explains,
  is_stopped_while_it_works,
  reviews_a_buffer_without_a_file,
};
