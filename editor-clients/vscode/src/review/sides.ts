// The two sides of a review: the file as it is, and as it would be. The server names its documents
// by proposal; these have the file's own path, so that the editor calls them what they are.
import * as vscode from 'vscode';
import type { FileItem, ProposalMessage } from '../protocol';
import type { Connection } from '../server';
import { type Store, fresh } from './store';

export const SCHEME = 'redline-review';

export class Sides implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly subscriptions: vscode.Disposable[];
  readonly onDidChange = this.changed.event;

  constructor(
    store: Store,
    private readonly connection: Connection,
  ) {
    this.subscriptions = [
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      store.onDidChange((told) => {
        for (const file of told?.files ?? []) this.refresh(told as ProposalMessage, file);
      }),
    ];
  }

  provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    return this.connection.text(uri.query);
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private refresh(proposal: ProposalMessage, file: FileItem): void {
    this.changed.fire(before(file));
    this.changed.fire(after(proposal, file));
  }
}

export function before(file: FileItem): vscode.Uri {
  return named(file.path, file.before);
}

export function after(proposal: ProposalMessage, file: FileItem): vscode.Uri {
  const moved = movedTo(proposal, file);
  return named(moved ? vscode.workspace.asRelativePath(moved) : file.path, file.after);
}

/** Where a rename that is still open leads. */
export function movedTo(proposal: ProposalMessage, file: FileItem): vscode.Uri | undefined {
  const move = proposal.hunks.find(
    (each) => each.uri === file.uri && each.operation === 'rename' && fresh(each),
  );
  return move?.target ? vscode.Uri.parse(move.target) : undefined;
}

function named(path: string, query: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${path.replaceAll('\\', '/')}`, query });
}
