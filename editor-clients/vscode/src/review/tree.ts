// The Proposals view: proposal, file, hunk.
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { FileItem, HunkItem, HunkStatus, ProposalMessage, Target } from '../protocol';
import { type Store, hunksOf } from './store';

export class ProposalNode {
  readonly target: Target;
  constructor(
    readonly proposal: ProposalMessage,
    readonly file?: FileItem,
    readonly hunk?: HunkItem,
  ) {
    this.target = {
      proposal: proposal.id,
      ...(file && { uri: file.uri }),
      ...(hunk && { hunk: hunk.id }),
    };
  }
}

export class ProposalTree implements vscode.TreeDataProvider<ProposalNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly view: vscode.TreeView<ProposalNode>;
  private readonly subscription: vscode.Disposable;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly store: Store) {
    this.view = vscode.window.createTreeView('redlineProposals', {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.subscription = store.onDidChange(() => {
      const count = store.open.length;
      this.view.badge = count ? { value: count, tooltip: `${count} open` } : undefined;
      this.changed.fire();
    });
  }

  getChildren(node?: ProposalNode): ProposalNode[] {
    if (!node) return this.store.open.map((each) => new ProposalNode(each));
    const { proposal, file } = node;
    if (node.hunk) return [];
    if (!file) return proposal.files.map((each) => new ProposalNode(proposal, each));
    return hunksOf(proposal, node.target).map((each) => new ProposalNode(proposal, file, each));
  }

  getTreeItem(node: ProposalNode): vscode.TreeItem {
    if (node.hunk) return hunkItem(node, node.hunk);
    return node.file ? fileItem(node, node.file) : proposalItem(node.proposal);
  }

  dispose(): void {
    this.subscription.dispose();
    this.view.dispose();
    this.changed.dispose();
  }
}

function proposalItem(proposal: ProposalMessage): vscode.TreeItem {
  const item = new vscode.TreeItem(proposal.title, vscode.TreeItemCollapsibleState.Expanded);
  item.id = proposal.id;
  item.description = proposal.summary;
  item.iconPath = new vscode.ThemeIcon(proposal.risk === 'high' ? 'warning' : 'diff-multiple');
  item.tooltip = [`${proposal.risk} risk`, proposal.instruction, ...proposal.notes]
    .filter(Boolean)
    .join('\n');
  item.contextValue = contextOf('proposal', proposal.hunks);
  return item;
}

function fileItem(node: ProposalNode, file: FileItem): vscode.TreeItem {
  const hunks = hunksOf(node.proposal, node.target);
  const item = new vscode.TreeItem(
    vscode.Uri.parse(file.uri),
    vscode.TreeItemCollapsibleState.Collapsed,
  );
  item.id = `${node.proposal.id}\n${file.uri}`;
  const open = hunks.filter((each) => each.status === 'fresh').length;
  const folder = path.posix.dirname(file.path);
  item.description = `${folder === '.' ? '' : `${folder}, `}${open} of ${hunks.length} open`;
  item.contextValue = contextOf('file', hunks);
  item.command = { title: 'Open Diff', command: 'redline.client.diff', arguments: [node.target] };
  return item;
}

function hunkItem(node: ProposalNode, hunk: HunkItem): vscode.TreeItem {
  const at = hunk.range ? `${hunk.range.start.line + 1}: ` : '';
  const item = new vscode.TreeItem(`${at}${hunk.reason || firstLine(hunk)}`);
  item.id = `${node.proposal.id}\n${hunk.id}`;
  item.description = `${hunk.status}, ${hunk.origin}${hunk.guard ? `, ${hunk.guard}` : ''}`;
  const guarded = hunk.guard && hunk.status === 'fresh';
  item.iconPath = new vscode.ThemeIcon(guarded ? 'shield' : ICONS[hunk.status]);
  item.contextValue = contextOf('hunk', [hunk]);
  item.command = { title: 'Open Diff', command: 'redline.client.diff', arguments: [node.target] };
  return item;
}

/** `hunk fresh`, `file stale`, `proposal fresh stale`: menus match on the words. */
function contextOf(kind: string, hunks: readonly HunkItem[]): string {
  const statuses = new Set(hunks.map((each) => each.status));
  return [kind, ...(['fresh', 'stale'] as const).filter((each) => statuses.has(each))].join(' ');
}

function firstLine(hunk: HunkItem): string {
  return (hunk.after || hunk.before).trim().split('\n')[0] ?? hunk.operation;
}

const ICONS: Record<HunkStatus, string> = {
  fresh: 'circle-outline',
  accepted: 'pass',
  rejected: 'circle-slash',
  stale: 'warning',
};
