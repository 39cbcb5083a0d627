// The status bar item: idle, thinking, waiting for you, stopped by the budget, indexing.
import * as vscode from 'vscode';
import type { Events } from './events';
import type { IndexMessage, RunMessage } from './protocol';
import type { Questions } from './questions';
import type { Store } from './review/store';
import type { Connection } from './server';

const OVER = new Set(['proposed', 'answered', 'done', 'failed', 'cancelled']);
type Link = 'starting' | 'ready' | 'gone' | 'missing';

interface Shown {
  text: string;
  tooltip: string;
  warn?: boolean;
}

export class Status implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    'redline.status',
    vscode.StatusBarAlignment.Left,
    0,
  );
  private readonly running = new Map<string, RunMessage>();
  private ended: RunMessage | undefined;
  private index: IndexMessage | undefined;
  private link: Link = 'gone';
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    events: Events,
    private readonly questions: Questions,
    private readonly store: Store,
    private readonly connection: Connection,
  ) {
    this.item.name = 'Redline';
    this.item.command = 'redline.client.status';
    this.subscriptions = [
      this.item,
      events.run.event((told) => this.moved(told)),
      events.index.event((told) => {
        this.index = told;
        this.draw();
      }),
      events.connection.event((state) => this.linked(state)),
      questions.onDidChange(() => this.draw()),
      store.onDidChange(() => this.draw()),
    ];
    this.draw();
    this.item.show();
  }

  register(): vscode.Disposable[] {
    return [
      vscode.commands.registerCommand('redline.client.status', () => this.clicked()),
      vscode.commands.registerCommand('redline.client.cancel', () => this.cancel()),
    ];
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private moved(told: RunMessage): void {
    this.running.delete(told.run);
    if (!OVER.has(told.state)) this.running.set(told.run, told);
    this.ended = OVER.has(told.state) ? told : undefined;
    if (told.state === 'failed' && told.message)
      void vscode.window.showWarningMessage(`Redline: ${told.message}`);
    this.draw();
  }

  private linked(state: Link): void {
    this.link = state;
    void vscode.commands.executeCommand('setContext', 'redline.running', state === 'ready');
    if (state !== 'ready') {
      this.running.clear();
      this.index = undefined;
    }
    this.draw();
  }

  private draw(): void {
    const shown = this.shown();
    this.item.text = shown.text;
    this.item.tooltip = shown.tooltip;
    this.item.backgroundColor = shown.warn
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined;
  }

  private shown(): Shown {
    if (this.link === 'missing')
      return {
        text: '$(warning) Redline: no server',
        tooltip: 'Redline: the server was not found',
        warn: true,
      };
    if (this.link === 'starting')
      return { text: '$(sync~spin) Redline: starting', tooltip: 'Redline: starting' };
    if (this.link === 'gone')
      return { text: '$(circle-slash) Redline', tooltip: 'Redline: the server is not running' };
    if (this.questions.count)
      return {
        text: '$(question) Redline: waiting for you',
        tooltip: 'Redline asks you something. Click to answer.',
        warn: true,
      };
    const run = [...this.running.values()].at(-1);
    if (run)
      return {
        text: `$(sync~spin) Redline: ${short(run)}`,
        tooltip: `${run.message ?? run.state}\nClick to stop.`,
      };
    return this.atRest();
  }

  private atRest(): Shown {
    if (this.ended?.outcome === 'budget') {
      return {
        text: '$(debug-stop) Redline: stopped by budget',
        tooltip: this.ended.message ?? 'A limit in the settings under redline.budget was reached.',
        warn: true,
      };
    }
    const open = this.store.open.length;
    if (open)
      return {
        text: `$(diff) Redline: ${open} to review`,
        tooltip: 'Proposals wait for you. Click to review.',
      };
    if (this.index?.state === 'building') {
      const { done, total } = this.index;
      return {
        text: `$(database) Redline: indexing ${done}/${total}`,
        tooltip: 'Until the index is complete, answers may lack places.',
      };
    }
    return { text: '$(edit) Redline', tooltip: 'Redline: idle. Click to ask.' };
  }

  /** The next thing there is to do in this state. */
  private async clicked(): Promise<void> {
    if (this.link === 'missing' || this.link === 'gone') return this.connection.restart();
    if (this.questions.count) return this.questions.answer();
    if (this.running.size) return this.cancel();
    if (this.store.open.length) await vscode.commands.executeCommand('redline.client.review');
    else await vscode.commands.executeCommand('workbench.action.quickOpen', '>agent: ');
  }

  private async cancel(): Promise<void> {
    const rows = [...this.running.values()].map((each) => {
      return { label: `Stop: ${short(each)}`, description: each.action ?? '', run: each.run };
    });
    if (rows.length === 0) {
      void vscode.window.showInformationMessage('Redline: nothing is under way.');
      return;
    }
    const chosen = await vscode.window.showQuickPick(rows, { title: 'Redline is at work' });
    if (chosen) await this.connection.execute('redline.cancel', { run: chosen.run });
  }
}

function short(run: RunMessage): string {
  const text = run.step || run.message || run.state;
  return text.length > 50 ? `${text.slice(0, 49)}…` : text;
}
