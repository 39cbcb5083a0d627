// The pictures in the documentation. Not a test: `pictures.py` plays it and keeps what it sees.
import fs from 'node:fs';
import path from 'node:path';
import { Review } from '../review.mjs';
import { until } from '../waiting.mjs';
import { suggested } from './inline.mjs';

const HUMAN = { delay: 45 };

/** Records what is on screen, each change once, with the time it came: {files, at}. */
async function record(stage) {
  const folder = path.join(stage.request.home, 'frames');
  fs.mkdirSync(folder);
  const frames = [];
  const devtools = await stage.screen.browser.newCDPSession(stage.page);
  devtools.on('Page.screencastFrame', ({ data, metadata, sessionId }) => {
    const file = path.join(folder, `${String(frames.length).padStart(5, '0')}.png`);
    fs.writeFileSync(file, Buffer.from(data, 'base64'));
    frames.push({ file, at: metadata.timestamp });
    devtools.send('Page.screencastFrameAck', { sessionId }).catch(() => {});
  });
  await devtools.send('Page.startScreencast', { format: 'png', everyNthFrame: 1 });
  return async () => {
    await devtools.send('Page.stopScreencast');
    stage.note('frames', frames);
  };
}

/** Long enough to be read. */
async function look(stage, milliseconds = 1200) {
  await stage.page.waitForTimeout(milliseconds);
}

async function asked(stage) {
  await stage.bench.press('F1');
  await look(stage, 500);
  await stage.page.keyboard.type('agent: refactor', HUMAN);
  await look(stage, 500);
  await stage.bench.row('agent: refactor').click();
  await stage.bench.titled('agent: refactor');
  await stage.page.keyboard.type('rename Basket to ShoppingCart', HUMAN);
  await look(stage, 700);
  stage.wire.now();
  await stage.bench.press('Enter');
  const proposal = await stage.wire.proposal();
  await stage.reviewOpens();
  await stage.bench.sees('the lenses', '.multiDiffEntry .codelens-decoration a', 'Accept');
  return { proposal, review: new Review(stage) };
}

/** Unfolds the comment of the hunk with `text`. */
async function unfold(stage, text) {
  const glyphs = stage.page.locator('.multiDiffEntry .editor.modified .comment-range-glyph.comment-thread');
  const line = stage.page.locator('.multiDiffEntry .editor.modified .view-line', { hasText: text }).first();
  const { y } = await line.boundingBox();
  for (const glyph of await glyphs.all()) {
    const box = await glyph.boundingBox();
    if (box && Math.abs(box.y - y) < 6) return glyph.click();
  }
  throw new Error(`no comment at ${text}`);
}

async function pictures(stage) {
  await stage.open('shop/basket.py');
  await stage.openViews();
  await stage.page.locator('.editor-instance .view-line', { hasText: 'class Basket' }).click();
  await stage.bench.goTo(12, 7);
  const stop = await record(stage);
  await look(stage);
  const { proposal, review } = await asked(stage);
  await look(stage, 1500);
  await unfold(stage, 'import ShoppingCart');
  await stage.bench.sees('the comment', '.review-widget');
  await look(stage, 1500);
  await stage.bench.shot(path.join(stage.request.shots, 'vscode-review.png'));
  await review.lens('Accept', 'import ShoppingCart');
  await stage.wire.proposal((each) => each.hunks[0].status === 'accepted');
  await look(stage);
  await stage.bench.command('Redline: Accept Whole Proposal');
  await review.closed();
  const run = await stage.runRow(proposal.title);
  await look(stage);
  await run.click();
  await until('the timeline is shown', () => stage.page.frames().length > 1);
  await look(stage, 2500);
  await stop();
  await stage.bench.shot(path.join(stage.request.shots, 'vscode-runs.png'));
}

/** Ghost text, and the menu behind the item in the status bar. */
async function picture_of_a_suggestion(stage) {
  await stage.open('shop/prices.py', { user: { 'editor.quickSuggestions': { other: 'off' } } });
  await stage.bench.goTo(19, 1);
  await stage.bench.press('End', 'Enter');
  await suggested(stage, 'tot', 'sum(item.price for item in items)');
  await look(stage);
  const file = path.join(stage.request.shots, 'vscode-inline.png');
  await stage.bench.shot(file, { clip: { x: 352, y: 0, width: 928, height: 470 } });
}

export const scenarios = { picture_of_a_suggestion, pictures };
