// The proposals the server has told of, as they stand.
import * as vscode from 'vscode';
import type { Events } from '../events';
import type { FileItem, HunkItem, ProposalMessage, Target } from '../protocol';

export class Store implements vscode.Disposable {
  private readonly proposals = new Map<string, ProposalMessage>();
  private readonly changed = new vscode.EventEmitter<ProposalMessage | undefined>();
  private readonly subscriptions: vscode.Disposable[];
  /** One proposal changed; undefined: all of them. */
  readonly onDidChange = this.changed.event;

  constructor(events: Events) {
    this.subscriptions = [
      this.changed,
      events.proposal.event((told) => this.take(told)),
      events.connection.event((state) => {
        if (state === 'gone') this.clear();
      }),
    ];
  }

  /** Those still open, newest first. */
  get open(): ProposalMessage[] {
    return [...this.proposals.values()]
      .filter((each) => each.state === 'open')
      .sort((a, b) => b.at - a.at);
  }

  get(id: string): ProposalMessage | undefined {
    return this.proposals.get(id);
  }

  /** The proposal and file that have `uri` for one of their sides. */
  fileOf(uri: vscode.Uri): { proposal: ProposalMessage; file: FileItem } | undefined {
    for (const proposal of this.proposals.values()) {
      const file = proposal.files.find((each) => [each.after, each.before].includes(uri.query));
      if (file) return { proposal, file };
    }
    return undefined;
  }

  /** The newest open proposal that changes `uri`, and its file there. */
  touching(uri: vscode.Uri): { proposal: ProposalMessage; file: FileItem } | undefined {
    const wanted = uri.toString();
    for (const proposal of this.open) {
      const file = proposal.files.find((each) => vscode.Uri.parse(each.uri).toString() === wanted);
      if (file) return { proposal, file };
    }
    return undefined;
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private take(told: ProposalMessage): void {
    this.proposals.set(told.id, told);
    this.changed.fire(told);
  }

  private clear(): void {
    this.proposals.clear();
    this.changed.fire(undefined);
  }
}

/** The hunks `target` means. */
export function hunksOf(proposal: ProposalMessage, target: Target): HunkItem[] {
  return proposal.hunks.filter(
    (each) =>
      (target.hunk === undefined || each.id === target.hunk) &&
      (target.uri === undefined || each.uri === target.uri),
  );
}

export function fileOfHunk(proposal: ProposalMessage, hunk: HunkItem): FileItem | undefined {
  return proposal.files.find((each) => each.uri === hunk.uri);
}

export function fresh(hunk: HunkItem): boolean {
  return hunk.status === 'fresh';
}

/** What the user was shown, so that nothing else is applied. */
export function digests(hunks: readonly HunkItem[]): Record<string, string> {
  return Object.fromEntries(hunks.map((each) => [each.id, each.digest]));
}

export function plain(
  range:
    | vscode.Range
    | { start: { line: number; character: number }; end: { line: number; character: number } },
): vscode.Range {
  return new vscode.Range(
    range.start.line,
    range.start.character,
    range.end.line,
    range.end.character,
  );
}
