// Accept / Reject / Ask again over the hunks of the `after` documents. The files themselves
// have the server's lenses, which are left out where a diff shows the file beside these.
import * as vscode from 'vscode';
import type { Target } from '../protocol';
import { SCHEME } from './sides';
import { type Store, fresh, plain } from './store';

export class Lenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(
    private readonly store: Store,
    refreshServerLenses: () => void,
  ) {
    this.subscriptions = [
      this.changed,
      store.onDidChange(() => this.changed.fire()),
      vscode.languages.registerCodeLensProvider({ scheme: SCHEME }, this),
      vscode.window.tabGroups.onDidChangeTabs(() => refreshServerLenses()),
    ];
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const shown = this.store.fileOf(document.uri);
    if (!shown || !enabled()) return [];
    const { proposal, file } = shown;
    if (document.uri.query !== file.after) return [];
    const open = proposal.hunks.filter((each) => each.uri === file.uri && fresh(each));
    const whole: Target = { proposal: proposal.id, uri: file.uri };
    const lenses = open.length ? fileLenses(whole, open.length) : [];
    for (const hunk of open) {
      if (hunk.proposedRange)
        lenses.push(...hunkLenses(plain(hunk.proposedRange), { ...whole, hunk: hunk.id }));
    }
    return lenses;
  }

  /** In a diff of ours the right side has the lenses; elsewhere the file shows the server's. */
  inFile(document: vscode.TextDocument): boolean {
    if (!enabled()) return false;
    const active = vscode.window.tabGroups.all.map((group) => group.activeTab?.input);
    return active.some(
      (input) =>
        input instanceof vscode.TabInputText && input.uri.toString() === document.uri.toString(),
    );
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }
}

function enabled(): boolean {
  return vscode.workspace.getConfiguration('redline').get('codeLenses', true);
}

function fileLenses(target: Target, count: number): vscode.CodeLens[] {
  const top = new vscode.Range(0, 0, 0, 0);
  const what = count === 1 ? '1 change' : `${count} changes`;
  return [
    lens(top, `Accept file (${what})`, 'acceptFile', target),
    lens(top, 'Reject file', 'rejectFile', target),
  ];
}

function hunkLenses(range: vscode.Range, target: Target): vscode.CodeLens[] {
  return [
    lens(range, 'Accept', 'acceptHunk', target),
    lens(range, 'Reject', 'rejectHunk', target),
    lens(range, 'Ask again…', 'askAgain', target),
  ];
}

function lens(
  range: vscode.Range,
  title: string,
  command: string,
  target: Target,
): vscode.CodeLens {
  return new vscode.CodeLens(range, {
    title,
    command: `redline.client.${command}`,
    arguments: [target],
  });
}
