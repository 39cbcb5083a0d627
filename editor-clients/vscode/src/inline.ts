// Inline suggestions: on, off or snoozed, for all languages or one; the item that tells, its menu;
// and the next edit. Showing and accepting suggestions is the editor's own, by its own keys.
import * as vscode from 'vscode';
import type { Events } from './events';
import type { InlineAnswer, InlineArguments, InlineSwitch } from './protocol';
import type { Connection } from './server';

const COMMAND = 'redline.inline';
const SNOOZES = [5, 15, 60]; // minutes
const MINUTE_MS = 60_000;
/** Timers count to 2^31 ms. */
const LONGEST_MS = 2_000_000_000;

export class Inline implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    'redline.inline',
    vscode.StatusBarAlignment.Right,
    100,
  );
  /** What was switched in this window, for all languages ('') and for single ones. */
  private readonly switched = new Map<string, 'on' | 'off'>();
  private until = 0; // of the snooze, milliseconds since the epoch
  /** How things stand, as the server said last: for all languages, and for that of the editor. */
  private general: InlineSwitch = 'off';
  private here: InlineSwitch = 'off';
  private language = '';
  private running = false;
  private waking: NodeJS.Timeout | undefined;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly connection: Connection,
    events: Events,
  ) {
    this.item.name = 'Redline: Inline Suggestions';
    this.item.command = 'redline.client.inline.menu';
    this.subscriptions = [
      this.item,
      events.connection.event((state) => void (state === 'ready' ? this.renew() : this.refresh())),
      vscode.window.onDidChangeActiveTextEditor(() => void this.refresh()),
      vscode.workspace.onDidOpenTextDocument(() => void this.refresh()),
    ];
  }

  register(): vscode.Disposable[] {
    const commands: Record<string, (given?: unknown) => unknown> = {
      'inline.toggle': () => this.turn(this.general === 'on' ? 'off' : 'on'),
      'inline.snooze': (given) => this.askSnooze(given),
      'inline.toggleLanguage': () => this.toggleLanguage(),
      'inline.menu': () => this.menu(),
      nextEdit: () => this.nextEdit(),
    };
    return Object.entries(commands).map(([name, act]) =>
      vscode.commands.registerCommand(`redline.client.${name}`, act),
    );
  }

  dispose(): void {
    clearTimeout(this.waking);
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  /** To the next place for an edit that was made by hand, or, where one is, makes it. */
  private async nextEdit(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (!editor || !ours(editor.document)) return;
    const { line, character } = editor.selection.active;
    const given = { uri: editor.document.uri.toString(), position: { line, character } };
    const found = await this.connection.execute<object | null>('redline.nextEdit', given);
    if (found === null) void vscode.window.showInformationMessage('Redline: no edit is due.');
  }

  private async turn(state: 'on' | 'off', language = ''): Promise<void> {
    if (!(await this.available())) return;
    this.switched.set(language, state);
    await this.tell(language ? { state, language } : { state });
    if (state === 'off') await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
  }

  private async snooze(minutes: number): Promise<void> {
    if (!(await this.available())) return;
    await this.tell({ state: 'snoozed', minutes });
    await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
  }

  /** A keybinding may bring the minutes along. */
  private async askSnooze(given: unknown): Promise<void> {
    const minutes = Number((given as { minutes?: unknown } | undefined)?.minutes);
    if (minutes > 0) return this.snooze(minutes);
    const rows = SNOOZES.map((each) => ({ label: `${each} minutes`, minutes: each }));
    const title = 'Redline: no inline suggestions for';
    const chosen = await vscode.window.showQuickPick(rows, { title });
    if (chosen) await this.snooze(chosen.minutes);
  }

  private async toggleLanguage(): Promise<void> {
    await this.refresh();
    if (this.language) return this.turn(this.offHere ? 'on' : 'off', this.language);
    void vscode.window.showWarningMessage('Redline: open a file of the language first.');
  }

  private async menu(): Promise<void> {
    await this.refresh();
    const state = this.general;
    const row = (label: string, act: () => unknown) => ({ label, act });
    const rows = [
      state === 'off' ? row('Turn On', () => this.turn('on')) : row('Turn Off', () => this.turn('off')),
    ];
    if (state === 'snoozed') rows.unshift(row('End Snooze', () => this.turn('on')));
    if (state === 'on') {
      const naps = SNOOZES.map((each) => row(`Snooze for ${each} Minutes`, () => this.snooze(each)));
      rows.push(...naps);
    }
    if (this.language) {
      const label = `Turn ${this.offHere ? 'On' : 'Off'} for ${this.language}`;
      rows.push(row(label, () => this.toggleLanguage()));
    }
    const settings = 'workbench.action.openSettings';
    rows.push(
      row('Settings…', () => vscode.commands.executeCommand(settings, 'redline.inline')),
    );
    const title = `Redline: inline suggestions are ${state}`;
    const chosen = await vscode.window.showQuickPick(rows, { title });
    // The click took the focus; one goes on typing.
    await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
    await chosen?.act();
  }

  /** Whether it is this language alone that they are off for. */
  private get offHere(): boolean {
    return this.general !== 'off' && this.here === 'off';
  }

  private async available(): Promise<boolean> {
    if (!(await this.connection.available())) return false;
    if (this.connection.suggests) return true;
    void vscode.window.showWarningMessage('Redline: this server has no inline suggestions.');
    return false;
  }

  private async tell(given: InlineArguments): Promise<void> {
    await this.connection.execute(COMMAND, given);
    await this.refresh();
  }

  /** A server that has just started knows nothing of what was switched. */
  private async renew(): Promise<void> {
    if (this.connection.suggests) {
      for (const [language, state] of this.switched)
        await this.connection.execute(COMMAND, language ? { state, language } : { state });
      const minutes = (this.until - Date.now()) / MINUTE_MS;
      if (minutes > 0) await this.connection.execute(COMMAND, { state: 'snoozed', minutes });
    }
    await this.refresh();
  }

  /** Asks how things stand, for all languages and for that of the active editor. */
  private async refresh(): Promise<void> {
    clearTimeout(this.waking);
    const document = vscode.window.activeTextEditor?.document;
    this.language = document && ours(document) ? document.languageId : '';
    this.running = this.connection.suggests;
    if (this.running) {
      this.general = await this.state({});
      this.here = this.language ? await this.state({ language: this.language }) : this.general;
    }
    const left = this.until - Date.now();
    if (left > 0)
      this.waking = setTimeout(() => void this.refresh(), Math.min(left + 50, LONGEST_MS));
    this.draw();
  }

  private async state(given: InlineArguments): Promise<InlineSwitch> {
    const answer = await this.connection.execute<InlineAnswer>(COMMAND, given);
    if (answer && !given.language) this.until = (answer.until ?? 0) * 1000;
    return answer?.state ?? 'off';
  }

  private draw(): void {
    if (!this.running || !this.language) return this.item.hide();
    const { here, language } = this;
    this.item.text = here === 'on' ? '$(sparkle)' : `$(circle-slash) ${here}`;
    const until = new Date(this.until).toLocaleTimeString();
    const about = here === 'snoozed' ? `snoozed until ${until}` : `${here} in ${language}`;
    this.item.tooltip = `Redline: inline suggestions are ${about}. Click to change.`;
    // What is read aloud; an icon has no words.
    const label = `Redline: inline suggestions ${here}`;
    this.item.accessibilityInformation = { label, role: 'button' };
    this.item.show();
  }
}

function ours(document: vscode.TextDocument): boolean {
  return document.uri.scheme === 'file' || document.uri.scheme === 'untitled';
}
