// Code is suggested while one types; the editor's own keys accept it; it is put off and on.
import { expect, until } from '../waiting.mjs';

const PRICES = 'shop/prices.py';
const CART = 'shop/cart.py';
const METHOD = 'textDocument/inlineCompletion';
const LINE = '    total = sum(item.price for item in items)';
const REST = 'sum(item.price for item in items)';
const LAST = 19;

/** The menu of words would choose what is suggested. */
const PLAIN = { 'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' } };
/** The editor has no key of its own for a line. */
const KEYS = [{ key: 'ctrl+alt+l', command: 'editor.action.inlineSuggest.acceptNextLine' }];

async function begin(stage, options) {
  await stage.open(PRICES, { user: PLAIN, keys: KEYS, ...options });
  await stage.bench.goTo(LAST, 1);
  await stage.bench.press('End', 'Enter');
}

async function shown(stage) {
  const texts = await stage.page.locator('.editor-instance [class*="ghost-text"]').allTextContents();
  return texts.join('').replaceAll('\u00a0', ' ');
}

/** Waits for ghost text with these words; '' for none. */
async function ghost(stage, words) {
  await until(words ? `${words} as ghost text` : 'no ghost text', async () => {
    const text = await shown(stage);
    return words ? text.includes(words) : text === '';
  });
}

/** Types `text` and, as long as the model is loaded, its last character again. */
export async function suggested(stage, text, words) {
  await stage.bench.type(text);
  let asked = Date.now();
  await until(`${words} as ghost text`, async () => {
    if ((await shown(stage)).includes(words)) return true;
    if (Date.now() - asked > 1000) {
      await stage.bench.press('Backspace');
      await stage.bench.type(text.at(-1));
      asked = Date.now();
    }
    return false;
  });
}

async function suggests_while_typing(stage) {
  await begin(stage, {});
  const before = stage.disk(PRICES);
  await suggested(stage, 'tot', REST);
  await stage.shot('ghost');
  await stage.bench.type('al');
  await ghost(stage, REST);
  await stage.bench.press('Control+ArrowRight');
  await stage.buffer(PRICES, `${before}    total \n`);
  await ghost(stage, REST);
  await stage.bench.press('Control+Alt+l');
  await stage.buffer(PRICES, `${before}${LINE}\n`);
  stage.wire.now();
  await stage.bench.press('Enter');
  await suggested(stage, 'ret', 'round(total * RATE, 2)');
  await stage.bench.press('Tab');
  const { params } = await stage.wire.command('redline.inline.accepted');
  const [given] = stage.wire.answers(METHOD).flatMap((each) => each.result ?? [])
    .filter((item) => item.command.arguments[0].id === params.arguments[0].id);
  expect('the id is one that was offered', given.command.command, 'redline.inline.accepted');
  await stage.saved({ [PRICES]: `${before}${LINE}\n    return round(total * RATE, 2)\n` });
}

/** What the status bar says of suggestions. */
function told(stage, state) {
  return stage.bench.sees(
    `suggestions are ${state}`,
    `.statusbar-item a[aria-label="Redline: inline suggestions ${state}"]`,
  );
}

async function choose(stage, row) {
  await stage.page.locator('.statusbar-item a[aria-label^="Redline: inline suggestions"]').click();
  await stage.bench.titled('Redline: inline suggestions are');
  await stage.bench.pick(row);
}

/** What is typed gets no suggestion: not one in the server's answer, none on the screen. */
async function nothing(stage) {
  stage.wire.now();
  const asked = stage.wire.answers(METHOD).length;
  await stage.bench.inEditor();
  await stage.bench.type('tot');
  await until('an answer', () => stage.wire.answers(METHOD).length > asked);
  const items = stage.wire.answers(METHOD).slice(asked).flatMap((each) => each.result ?? []);
  expect('what the server suggests', items, []);
  await ghost(stage, '');
  await stage.bench.press('Backspace', 'Backspace', 'Backspace');
}

async function something(stage) {
  await stage.bench.inEditor();
  await suggested(stage, 'tot', REST);
  await stage.bench.press('Escape', 'Backspace', 'Backspace', 'Backspace');
}

/** The menu of words has its keys; the suggestion goes on with the entry chosen in it. */
async function suggests_beside_the_menu(stage) {
  await begin(stage, { user: { 'editor.quickSuggestions': { other: 'on' } } });
  const before = stage.disk(PRICES);
  await suggested(stage, 'tot', REST);
  await stage.bench.sees('the menu', '.suggest-widget.visible .monaco-list-row.focused', 'total');
  await stage.shot('menu');
  await stage.bench.press('Tab');
  await stage.buffer(PRICES, `${before}    total\n`);
  await ghost(stage, REST);
  await stage.bench.press('Tab');
  await stage.buffer(PRICES, `${before}${LINE}\n`);
}

async function turns_suggestions_off_and_on(stage) {
  const refused = { 'redline.inlineModel': 'a/b', 'redline.inlineTokens': 9000 };
  stage.workspaceSettings({ 'redline.inlineNextEdit': false, ...refused });
  const set = { 'redline.inlineCandidates': 2, 'redline.inlineStrings': false };
  await begin(stage, { machine: { ...set, 'redline.inlineTokens': 900 } });
  const options = stage.wire.sent('initialize', 'client')[0].initializationOptions;
  const ours = { inline_strings: 'off', inline_candidates: 2, inline_next_edit: 'off' };
  expect('the settings', options, { inline_tokens: 900, ...ours });
  await told(stage, 'on');
  await choose(stage, 'Snooze for 5 Minutes');
  await told(stage, 'snoozed');
  await stage.shot('snoozed');
  await nothing(stage);
  await choose(stage, 'End Snooze');
  await told(stage, 'on');
  await something(stage);
  await stage.bench.command('Redline: Turn Inline Suggestions On or Off for This Language');
  await told(stage, 'off');
  await nothing(stage);
  await stage.bench.command('Redline: Restart Server');
  stage.wire.now();
  await stage.ready();
  await told(stage, 'off');
  await choose(stage, 'Turn On for python');
  await told(stage, 'on');
  await something(stage);
}

/** After a rename by hand the command leads from use to use, and makes the change there. */
async function goes_on_with_an_edit_made_by_hand(stage) {
  await stage.open(PRICES);
  const texts = stage.texts([PRICES, CART]);
  const named = (text) => text.replace(/\btotal\b/g, 'amount');
  await stage.bench.goTo(6, 10);
  await stage.bench.press(...Array(5).fill('Backspace'));
  await stage.bench.type('amount');
  stage.wire.now();
  for (let turn = 0; turn < 12; turn += 1) {
    stage.wire.now();
    await stage.bench.press('Control+Alt+Shift+e');
    const { result } = await stage.wire.command('redline.nextEdit');
    if (!result) break;
    const { uri, range, applied } = result;
    const told = applied ? 'workspace/applyEdit' : 'window/showDocument';
    await until(`the answer to ${told}`, () =>
      stage.wire.answers(told, 'server').findLast((each) => each.at >= stage.wire.mark));
    stage.note(applied ? 'made' : 'went', uri, range.start.line);
    await stage.bench.inEditor();
  }
  await stage.bench.sees('that it is over', '.notification-toast', 'no edit is due');
  await stage.saved({ [PRICES]: named(texts[PRICES]), [CART]: named(texts[CART]) });
}

export const scenarios = {
  goes_on_with_an_edit_made_by_hand,
  suggests_beside_the_menu,
  suggests_while_typing,
  turns_suggestions_off_and_on,
};
