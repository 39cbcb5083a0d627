// What a user does in the workbench, in small steps, each of which waits for its effect.
import path from 'node:path';
import { PATIENCE, until } from './waiting.mjs';

const ROW = '.quick-input-list .monaco-list-row';
const INPUT = '.quick-input-widget:not([style*="display: none"]) input.input';

export class Workbench {
  constructor(page) {
    this.page = page;
    page.setDefaultTimeout(PATIENCE);
  }

  async load(url) {
    await this.page.goto(url);
    await this.page.waitForSelector('.monaco-workbench .part.editor');
    await this.page.waitForSelector('.explorer-folders-view .monaco-list-row');
  }

  async press(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** The shown row of a quick pick, by a part of its text. */
  row(text) {
    return this.page.locator(ROW, { hasText: text }).first();
  }

  async openFile(name) {
    await this.press('Control+p');
    await this.page.waitForSelector(INPUT);
    await this.page.keyboard.insertText(name);
    await this.row(path.basename(name)).click();
    await this.page.waitForSelector(`.tab.active[data-resource-name="${path.basename(name)}"]`);
    await this.inEditor();
  }

  /** Waits until the keys go to the editor, and to nothing that is about to close. */
  async inEditor() {
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await this.page.waitForSelector('.editor-instance .monaco-editor.focused');
  }

  /** Runs a command by its title in the palette. */
  async command(title) {
    await this.press('F1');
    await this.page.waitForSelector(INPUT);
    await this.page.keyboard.insertText(title);
    await this.row(title).click();
  }

  /** Waits for a quick pick or an input box of this title. */
  async titled(title) {
    await this.page.locator('.quick-input-title', { hasText: title }).waitFor();
  }

  /** Answers the input of this title. */
  async answer(title, text) {
    await this.titled(title);
    await this.page.keyboard.insertText(text);
    await this.row(text).click();
  }

  async pick(text) {
    await this.row(text).click();
  }

  /** Puts the cursor at a line and column, from 1. */
  async goTo(line, column = 1) {
    await this.press('Control+g');
    await until('the line is asked for', async () => (await this.page.locator(INPUT).inputValue()).startsWith(':'));
    await this.page.keyboard.insertText(`${line}:${column}`);
    await this.press('Enter');
    const shown = this.page.locator('.statusbar-item[id="status.editor.selection"]');
    await until('the cursor is there', async () => (await shown.textContent())?.includes(`Ln ${line}, Col ${column}`));
    await this.inEditor();
  }

  async type(text) {
    await this.page.keyboard.type(text);
  }

  /** The lines on screen in the last editor of that kind, top to bottom. */
  async lines(selector = '.editor-instance') {
    return this.page.evaluate((within) => {
      const lines = [...document.querySelectorAll(`${within} .view-line`)];
      const top = (line) => line.getBoundingClientRect().top;
      return lines.sort((a, b) => top(a) - top(b)).map((line) => line.textContent.replace(/\u00a0/g, ' '));
    }, selector);
  }

  async sees(what, selector, hasText) {
    const found = this.page.locator(selector, hasText ? { hasText } : {}).first();
    await found.waitFor().catch(() => {
      throw new Error(`never on screen: ${what}`);
    });
    return found;
  }

  /** The row of the menu of code actions. The editor closes one that opens while it asks anew. */
  async menu(text) {
    const row = this.page.locator('.action-widget .monaco-list-row', { hasText: text }).first();
    await until(`on screen: the code action ${text}`, async () => {
      if (await row.isVisible()) return true;
      await this.press('Control+.');
      return row.waitFor({ timeout: 3_000 }).then(() => true, () => false);
    });
    return row;
  }

  async shot(file, options = {}) {
    await this.page.screenshot({ path: file, ...options });
  }
}
