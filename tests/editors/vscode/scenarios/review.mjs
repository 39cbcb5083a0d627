// A proposal is reviewed: what is shown is what is applied, and nothing else.
import { Review, hunkWith, statuses } from '../review.mjs';
import { withHunks } from '../traffic.mjs';
import { expect, until } from '../waiting.mjs';

const FILES = ['shop/cart.py', 'shop/prices.py', 'shop/report.py'];

/** Asks for the rename through the palette and waits until its review is on screen. */
export async function askForRename(stage, options) {
  await stage.open('shop/prices.py', options);
  await stage.bench.goTo(6, 5);
  await stage.ask('refactor', 'rename total to amount');
  const proposal = await stage.wire.proposal();
  const review = new Review(stage);
  await stage.reviewOpens();
  await review.shown(proposal);
  return { proposal, review };
}

/** What each file becomes by the fresh hunks of the proposal. */
function outcome(stage, proposal) {
  const fresh = (file) => proposal.hunks.filter((each) => each.uri === stage.uri(file) && each.status === 'fresh');
  return Object.fromEntries(FILES.map((file) => [file, withHunks(stage.disk(file), fresh(file))]));
}

async function accepts_all_undoes_and_redoes(stage) {
  const { proposal, review } = await askForRename(stage);
  const [before, after] = [stage.texts(FILES), outcome(stage, proposal)];
  for (const each of proposal.files) {
    expect(`what the diff shows of ${each.path}`, stage.wire.virtual(each.after), after[each.path]);
  }
  await stage.shot('review');
  await stage.bench.command('Redline: Accept Whole Proposal');
  const { result } = await stage.wire.command('redline.accept');
  expect('stale hunks', result.stale, []);
  expect('accepted hunks', [...result.accepted].sort(), proposal.hunks.map((each) => each.id).sort());
  await review.closed();
  await stage.saved(after);
  await stage.bench.openFile('shop/cart.py');
  for (const [key, texts] of [['Control+z', before], ['Control+y', after]]) {
    await stage.bench.press(key); // one step for all files of the proposal
    for (const file of FILES) await stage.buffer(file, texts[file]);
  }
}

async function takes_one_hunk_leaves_another_and_asks_again_for_the_stale_one(stage) {
  const { proposal, review } = await askForRename(stage);
  const before = stage.texts(FILES);
  const [taken, left] = ['def amount', 'import amount'].map((text) => hunkWith(proposal, text));
  await review.lens('Accept', 'def amount');
  const { result } = await stage.wire.command('redline.accept');
  expect('accepted', result.accepted, [taken.id]);
  const prices = withHunks(before['shop/prices.py'], [taken]);
  await stage.buffer('shop/prices.py', prices);
  await review.lens('Reject', 'import amount');
  await stage.wire.proposal((each) => each.hunks.find((hunk) => hunk.id === left.id).status === 'rejected');

  await stage.bench.openFile('shop/report.py');
  await stage.bench.goTo(8, 1);
  await stage.bench.press('End');
  await stage.bench.type('  # 😀 größe');
  const stale = await stage.wire.proposal((each) => statuses(each).includes('stale'));
  await stage.shot('stale');
  stage.wire.now();
  await review.lens('Ask again', '# 😀 größe', '.editor-instance');
  const again = await stage.wire.proposal((each) => each.id !== stale.id);
  expect('the round', [again.run, again.round], [proposal.run, 2]);
  await stage.reviewOpens();
  await review.shown(again);
  await stage.shot('again');
  const wanted = Object.fromEntries(FILES.map((file) => [file, stage.wire.document(stage.uri(file)) ?? stage.disk(file)]));
  for (const file of FILES) {
    wanted[file] = withHunks(wanted[file], again.hunks.filter((each) => each.uri === stage.uri(file)));
  }
  await stage.bench.command('Redline: Accept Whole Proposal');
  await stage.wire.command('redline.accept');
  await stage.saved(wanted);
}

async function typing_elsewhere_moves_the_hunks(stage) {
  const { proposal, review } = await askForRename(stage);
  await stage.bench.openFile('shop/prices.py');
  await stage.bench.goTo(1, 1);
  await stage.bench.type('# ünïcödé 😀\n');
  const moved = await stage.wire.proposal((each) => statuses(each).every((status) => status === 'fresh')
    && hunkWith(each, 'def amount').range.start.line === hunkWith(proposal, 'def amount').range.start.line + 1);
  await stage.openReview();
  await review.shown(moved);
  await stage.bench.command('Redline: Accept Whole Proposal');
  await stage.wire.command('redline.accept');
  const typed = `# ünïcödé 😀\n${stage.disk('shop/prices.py')}`;
  const fresh = moved.hunks.filter((each) => each.uri === stage.uri('shop/prices.py'));
  await stage.saved({ 'shop/prices.py': withHunks(typed, fresh) });
}

/** Two rounds: the user's words of the first review must reach the model. */
const ROUNDS = `
call plan {"steps": ["refactorer: say it better"]}
call edit {"path": "shop/prices.py", "search": "What the items cost.", "replace": "What all of the items cost together."}
call propose {"title": "Say it better"}
---
expect: shorter, please
call edit {"path": "shop/prices.py", "search": "What the items cost.", "replace": "The sum."}
call propose {"title": "Say it shorter"}
`;

async function sends_a_hunk_back_with_a_comment(stage) {
  await stage.open('shop/prices.py', { machine: stage.script(ROUNDS) });
  await stage.ask('refactor', 'say it better');
  const first = await stage.wire.proposal();
  await stage.reviewOpens();
  await new Review(stage).shown(first);
  const thread = await stage.bench.sees('the comment thread', '.review-widget');
  await thread.locator('.review-thread-reply-button').click();
  await stage.page.keyboard.insertText('shorter, please');
  await stage.shot('comment');
  stage.wire.now();
  await thread.locator('.monaco-button', { hasText: 'Ask Again with These Words' }).first().click();
  const { params } = await stage.wire.command('redline.revise');
  expect('the comment', params.arguments[0].comment, 'shorter, please');
  const second = await stage.wire.proposal((each) => each.id !== first.id);
  expect('the round', [second.run, second.round], [first.run, 2]);
  await stage.reviewOpens();
  await new Review(stage).shown(second);
  await stage.shot('second');
  const [hunk] = second.hunks;
  const wanted = withHunks(stage.disk('shop/prices.py'), [hunk]);
  await stage.bench.command('Redline: Accept Whole Proposal');
  await stage.wire.command('redline.accept');
  await stage.saved({ 'shop/prices.py': wanted });
}

async function rolls_back_from_the_runs_view(stage) {
  const { proposal, review } = await askForRename(stage);
  const [before, after] = [stage.texts(FILES), outcome(stage, proposal)];
  await stage.bench.command('Redline: Accept Whole Proposal');
  await stage.wire.command('redline.accept');
  await review.closed();
  await stage.saved(after);
  await stage.openViews();
  const run = await stage.runRow(proposal.title);
  await run.click();
  await stage.shot('runs');
  await run.hover();
  await run.locator('[aria-label^="Roll Back Run"]').click();
  const { result } = await stage.wire.command('redline.rollback');
  expect('what is left', [result.stale, result.unconfirmed], [[], []]);
  for (const file of FILES) await stage.buffer(file, before[file]);
  await stage.saved(before);
}

/** A run that creates, renames and deletes files. */
const WHOLE_FILES = `
call plan {"steps": ["refactorer: tidy up"]}
call create_file {"path": "shop/rates.py", "content": "VAT = 20\\n"}
call rename_file {"path": "shop/cart.py", "new_path": "shop/basket.py"}
call delete_file {"path": "shop/report.py"}
call propose {"title": "Tidy up"}
`;

async function creates_renames_and_deletes_files(stage) {
  await stage.open('shop/prices.py', { machine: stage.script(WHOLE_FILES) });
  const before = stage.texts(FILES);
  await stage.ask('refactor', 'tidy up');
  const proposal = await stage.wire.proposal();
  await stage.reviewOpens();
  expect('operations', proposal.hunks.map((each) => each.operation).sort(), ['create', 'delete', 'rename']);
  await stage.bench.sees('the files', '.multiDiffEntry');
  await stage.shot('files');
  await stage.bench.command('Redline: Accept Whole Proposal');
  const { result } = await stage.wire.command('redline.accept');
  expect('accepted', [result.accepted.length, result.stale, result.unconfirmed], [3, [], []]);
  await stage.saved({ 'shop/rates.py': 'VAT = 20\n' });
  expect('the renamed file', stage.disk('shop/basket.py'), before['shop/cart.py']);
  for (const gone of ['shop/cart.py', 'shop/report.py']) expect(gone, stage.there(gone), false);
  await stage.openViews();
  const run = await stage.runRow(proposal.title);
  await run.click();
  await run.hover();
  await run.locator('[aria-label^="Roll Back Run"]').click();
  const back = await stage.wire.command('redline.rollback');
  expect('what is left', [back.result.stale, back.result.unconfirmed], [[], []]);
  const restored = () => FILES.every((file) => stage.there(file) && stage.disk(file) === before[file]);
  await until('the files are as they were', async () => {
    // A file that is made again is filled a moment later: until then there is nothing to save.
    if (!restored()) await stage.bench.command('File: Save All');
    return restored();
  });
  for (const gone of ['shop/rates.py', 'shop/basket.py']) expect(gone, stage.there(gone), false);
}

async function renames_in_a_released_project(stage) {
  const { file, line, column, instruction } = stage.request.data;
  await stage.open(file);
  await stage.bench.goTo(line, column);
  await stage.ask('refactor', instruction);
  const proposal = await stage.wire.proposal();
  await stage.reviewOpens();
  await new Review(stage).shown(proposal);
  await stage.shot('review');
  const files = proposal.files.map((each) => each.path);
  const shown = Object.fromEntries(proposal.files.map((each) => [each.path, stage.wire.virtual(each.after)]));
  await stage.bench.command('Redline: Accept Whole Proposal');
  const { result } = await stage.wire.command('redline.accept');
  expect('accepted hunks', result.accepted.length, proposal.hunks.length);
  await stage.saved(shown);
  stage.note('files', files, 'hunks', proposal.hunks.length);
}

export const scenarios = {
  creates_renames_and_deletes_files,
  renames_in_a_released_project,
  rolls_back_from_the_runs_view,
  sends_a_hunk_back_with_a_comment,
  accepts_all_undoes_and_redoes,
  takes_one_hunk_leaves_another_and_asks_again_for_the_stale_one,
  typing_elsewhere_moves_the_hunks,
};
