// The review of a proposal in the multi-file diff, as the user sees and uses it.
import { expect, settled, until } from './waiting.mjs';

const ENTRY = '.multiDiffEntry';
const RIGHT = `${ENTRY} .editor.modified`;
const NOTCHES = { down: 4, top: 60 }; // of the wheel, 50 pixels each; what is off screen is not drawn
const REST = 500; // milliseconds on each place, since lenses come late

export class Review {
  constructor(stage) {
    this.bench = stage.bench;
    this.page = stage.bench.page;
  }

  /** Waits for the diff of the proposal: each new line of each fresh hunk stands on the right side. */
  async shown(proposal) {
    await this.bench.sees('the multi-file diff', ENTRY);
    const fresh = proposal.hunks.filter((each) => each.status === 'fresh');
    const missing = new Set(fresh.flatMap((each) => each.after.split('\n')).filter((line) => line.trim()));
    await this.scrolled(`${JSON.stringify([...missing])} in the diff`, async () => {
      for (const line of await this.bench.lines(RIGHT)) missing.delete(line);
      return missing.size === 0;
    });
  }

  /** Goes through the whole diff from its top, round and round, until `found()`. */
  async scrolled(what, found) {
    const box = await this.page.locator('.editor-group-container').first().boundingBox();
    await this.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await this.toTop();
    let [turns, since] = [0, Date.now()];
    return until(what, async () => {
      const value = await found();
      if (value || Date.now() - since < REST) return value;
      [turns, since] = [turns + 1, Date.now()];
      if (turns % 8) await this.turn(100, NOTCHES.down);
      else await this.toTop();
      return null;
    });
  }

  async toTop() {
    await this.turn(-100, NOTCHES.top);
  }

  async turn(by, notches) {
    for (let notch = 0; notch < notches; notch += 1) await this.page.mouse.wheel(0, by);
  }

  /** Clicks the lens `title` over the first line with `text`: in the proposed text, or `within` another editor. */
  async lens(title, text, within = RIGHT) {
    const wanted = { title, text, within };
    await this.scrolled(`the lens ${title} over ${text}`, () => this.page.evaluate(lensPlace, wanted));
    const at = await settled(`the lens ${title} stays in place`, () => this.page.evaluate(lensPlace, wanted));
    await this.page.mouse.click(at.x, at.y);
  }

  async closed() {
    await until('the diff is closed', async () => (await this.page.locator(ENTRY).count()) === 0);
  }
}

/** Runs in the page: where to click, or null while it cannot be clicked. */
export function lensPlace({ title, text, within }) {
  const place = (each) => each.getBoundingClientRect();
  const words = (each) => each.textContent.replace(/\u00a0/g, ' ');
  for (const editor of document.querySelectorAll(within)) {
    const line = [...editor.querySelectorAll('.view-line')].find((each) => words(each).includes(text));
    if (!line) continue;
    const over = [...editor.querySelectorAll('.codelens-decoration a')]
      .filter((each) => words(each).trim() === title && place(each).top < place(line).top)
      .sort((a, b) => place(b).top - place(a).top);
    if (over.length === 0) continue;
    const { left, top, width, height } = place(over[0]);
    const at = { x: left + width / 2, y: top + height / 2 };
    if (over[0].contains(document.elementFromPoint(at.x, at.y))) return at;
  }
  return null;
}

/** The hunk whose new lines contain `text`. */
export function hunkWith(proposal, text) {
  const found = proposal.hunks.filter((each) => each.after.includes(text));
  expect(`hunks with ${text}`, found.length, 1);
  return found[0];
}

export function statuses(proposal) {
  return proposal.hunks.map((each) => each.status);
}
