// The Runs view: what was asked, how it ended, its timeline, and the way back.
import * as vscode from 'vscode';
import type { Events } from './events';
import type { Pages } from './pages';
import type { RunDetail, RunItem } from './protocol';
import type { Decisions } from './review/decisions';
import type { Connection } from './server';

const SETTLE_MS = 200;

export class Runs implements vscode.TreeDataProvider<RunItem>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly view: vscode.TreeView<RunItem>;
  private readonly subscriptions: vscode.Disposable[];
  private pending: NodeJS.Timeout | undefined;
  private connected = false;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly connection: Connection,
    events: Events,
  ) {
    this.view = vscode.window.createTreeView('redlineRuns', { treeDataProvider: this });
    this.subscriptions = [
      this.view,
      this.changed,
      events.run.event(() => this.refreshSoon()),
      events.proposal.event(() => this.refreshSoon()),
      events.connection.event((state) => {
        this.connected = state === 'ready';
        this.changed.fire();
      }),
    ];
  }

  register(pages: Pages, decisions: Decisions): vscode.Disposable[] {
    const command = (name: string, act: (run: string) => Promise<unknown>) =>
      vscode.commands.registerCommand(`redline.client.${name}`, async (given?: RunItem) => {
        const run = given?.run ?? (await this.pick());
        if (run) await act(run);
      });
    const everything = (name: string, said: string) =>
      vscode.commands.registerCommand(`redline.client.${name}`, async () => {
        const done = await this.connection.execute(`redline.${name}`, {});
        if (done !== undefined) void vscode.window.showInformationMessage(`Redline: ${said}`);
      });
    return [
      vscode.commands.registerCommand('redline.client.refreshRuns', () => this.changed.fire()),
      command('showRun', (run) => this.show(run, pages)),
      command('rollback', (run) => decisions.rollBack(run)),
      everything('stopAll', 'every run is stopped, and none begins until you let them.'),
      everything('resume', 'runs may begin again.'),
      command('cancelRun', (run) => this.connection.execute('redline.cancel', { run })),
    ];
  }

  async getChildren(item?: RunItem): Promise<RunItem[]> {
    // Without a folder there is no journal.
    if (item || !this.connected || !vscode.workspace.workspaceFolders?.length) return [];
    return (await this.connection.execute<RunItem[]>('redline.runs', {})) ?? [];
  }

  getTreeItem(run: RunItem): vscode.TreeItem {
    const item = new vscode.TreeItem(run.title || run.instruction || run.action);
    item.id = run.run;
    item.description = `${run.action}, ${run.state}, ${new Date(run.at * 1000).toLocaleString()}`;
    item.tooltip = run.instruction;
    item.iconPath = new vscode.ThemeIcon(ICONS[run.state] ?? 'circle-outline');
    item.contextValue = `run ${run.state}`;
    item.command = { title: 'Show Timeline', command: 'redline.client.showRun', arguments: [run] };
    return item;
  }

  dispose(): void {
    clearTimeout(this.pending);
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private async show(run: string, pages: Pages): Promise<void> {
    const detail = await this.connection.execute<RunDetail>('redline.show', { run });
    if (detail) await pages.showTimeline(run, detail.timeline);
  }

  /** A run tells of itself in bursts. */
  private refreshSoon(): void {
    clearTimeout(this.pending);
    this.pending = setTimeout(() => this.changed.fire(), SETTLE_MS);
  }

  private async pick(): Promise<string | undefined> {
    const runs = await this.getChildren();
    const rows = runs.map((each) => ({
      label: each.title || each.instruction || each.action,
      description: `${each.action}, ${each.state}`,
      detail: new Date(each.at * 1000).toLocaleString(),
      run: each.run,
    }));
    if (rows.length)
      return (await vscode.window.showQuickPick(rows, { title: 'Redline: which run?' }))?.run;
    void vscode.window.showInformationMessage('Redline: there are no runs yet.');
    return undefined;
  }
}

const ICONS: Record<string, string> = {
  proposed: 'diff',
  done: 'pass',
  answered: 'comment',
  escalated: 'question',
  failed: 'error',
  cancelled: 'circle-slash',
  open: 'sync',
};
