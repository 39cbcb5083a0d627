// Shows proposals in the editor's own diffs: all files in one, or one file at a hunk.
import * as vscode from 'vscode';
import type { FileItem, HunkItem, ProposalMessage } from '../protocol';
import { SCHEME, after, before, movedTo } from './sides';
import { type Store, fileOfHunk, plain } from './store';

export class Diffs implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly store: Store) {
    this.subscriptions = [
      // Then there is nothing left to decide in its tabs.
      store.onDidChange((told) => {
        if (told && told.state !== 'open') void this.close(told);
      }),
      vscode.window.tabGroups.onDidChangeTabs(() => this.mark()),
      vscode.window.onDidChangeActiveTextEditor(() => this.mark()),
      store.onDidChange(() => this.mark()),
    ];
  }

  /** In one tab, which each call replaces: the editor would open another one each time. */
  async all(proposal: ProposalMessage): Promise<void> {
    await this.close(proposal, (tab) => !(tab.input instanceof vscode.TabInputTextDiff));
    const rows = proposal.files.map((file) => [
      movedTo(proposal, file) ?? vscode.Uri.parse(file.uri), // what “Open File” opens
      before(file),
      after(proposal, file),
    ]);
    await vscode.commands.executeCommand('vscode.changes', titleOf(proposal), rows);
  }

  async file(proposal: ProposalMessage, file: FileItem, at?: HunkItem): Promise<void> {
    const range = at?.proposedRange && plain(at.proposedRange);
    const options = range
      ? { selection: new vscode.Range(range.start, range.start), preview: true }
      : {};
    await vscode.commands.executeCommand(
      'vscode.diff',
      before(file),
      after(proposal, file),
      `${file.path} (${titleOf(proposal)})`,
      options,
    );
  }

  async hunk(proposal: ProposalMessage, hunk: HunkItem): Promise<void> {
    const file = fileOfHunk(proposal, hunk);
    if (file) await this.file(proposal, file, hunk);
  }

  /** The proposal whose diff has the focus. */
  active(): ProposalMessage | undefined {
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    return tab && this.store.open.find((each) => this.shows(tab, each));
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private shows(tab: vscode.Tab, proposal: ProposalMessage): boolean {
    if (tab.input instanceof vscode.TabInputTextDiff) {
      return this.store.fileOf(tab.input.modified)?.proposal.id === proposal.id;
    }
    // A multi-file diff tells extensions no more than its label.
    return !(tab.input instanceof vscode.TabInputText) && tab.label.startsWith(titleOf(proposal));
  }

  private async close(
    proposal: ProposalMessage,
    which: (tab: vscode.Tab) => boolean = () => true,
  ): Promise<void> {
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await vscode.window.tabGroups.close(
      tabs.filter((tab) => which(tab) && this.shows(tab, proposal)),
      true,
    );
  }

  /** What the `when` clauses of menus and keys go by. */
  private mark(): void {
    const set = (key: string, value: boolean) =>
      vscode.commands.executeCommand('setContext', key, value);
    const scheme = vscode.window.activeTextEditor?.document.uri.scheme;
    void set('redline.reviewing', this.store.open.length > 0);
    void set('redline.inReview', scheme === SCHEME || this.active() !== undefined);
  }
}

function titleOf(proposal: ProposalMessage): string {
  const round = proposal.round > 1 ? `, round ${proposal.round}` : '';
  return `Redline: ${proposal.title}${round}`;
}
