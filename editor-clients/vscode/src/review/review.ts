// The review: opens by itself for a new proposal, and the commands that decide on it.
import * as vscode from 'vscode';
import type { Events } from '../events';
import type { HunkItem, ProposalMessage, ReviewMessage, Target } from '../protocol';
import type { Comments } from './comments';
import type { Decisions } from './decisions';
import type { Diffs } from './diff';
import { type Store, fileOfHunk, fresh } from './store';
import { type Reach, type Targets, hunkAt } from './targets';

/** Whoever typed this lately is in the middle of something: the review does not take the focus. */
const TYPING_MS = 2000;

export class Review implements vscode.Disposable {
  /** The runs of this session and when each was first heard of. */
  private readonly live = new Map<string, number>();
  private readonly seen = new Set<string>();
  private lastTyped = 0;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly store: Store,
    private readonly diffs: Diffs,
    private readonly targets: Targets,
    private readonly decisions: Decisions,
    events: Events,
  ) {
    this.subscriptions = [
      events.run.event(({ run }) => this.live.set(run, this.live.get(run) ?? Date.now())),
      events.review.event((asked) => void this.asked(asked)),
      store.onDidChange((told) => {
        if (told) void this.published(told);
      }),
      vscode.workspace.onDidChangeTextDocument((event) => this.typed(event)),
    ];
  }

  register(comments: Comments): vscode.Disposable[] {
    const { decisions } = this;
    return [
      ...this.pair('accept', (target) => decisions.accept(target)),
      ...this.pair('reject', (target) => decisions.reject(target)),
      this.command('review', 'proposal', (target) => this.show(target)),
      this.command('diff', 'file', (target) => this.show(target), false),
      this.command('askAgain', 'hunk', (target) => decisions.askAgain(target), false),
      vscode.commands.registerCommand('redline.client.reply', (reply: vscode.CommentReply) => {
        const words = reply.text.trim();
        const target = words ? comments.replied(reply) : undefined;
        return target && decisions.askAgain(target, words);
      }),
      vscode.commands.registerCommand('redline.client.nextHunk', () => this.step(1)),
      vscode.commands.registerCommand('redline.client.previousHunk', () => this.step(-1)),
    ];
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private pair(verb: string, act: (target: Target) => Promise<void>): vscode.Disposable[] {
    return [
      this.command(`${verb}Hunk`, 'hunk', act),
      this.command(`${verb}File`, 'file', act),
      this.command(`${verb}All`, 'proposal', act),
    ];
  }

  /** With `exact` the target is cut to `reach`; otherwise whatever was clicked is meant. */
  private command(
    name: string,
    reach: Reach,
    act: (target: Target) => Promise<void>,
    exact = true,
  ): vscode.Disposable {
    return vscode.commands.registerCommand(`redline.client.${name}`, async (given?: unknown) => {
      const target = await this.targets.find(reach, given, exact);
      if (target) await act(target);
    });
  }

  private async show(target: Target): Promise<void> {
    const proposal = this.store.get(target.proposal);
    if (!proposal) return;
    const hunk = proposal.hunks.find((each) => each.id === target.hunk);
    const file = proposal.files.find((each) => each.uri === target.uri);
    if (hunk) await this.diffs.hunk(proposal, hunk);
    else if (file) await this.diffs.file(proposal, file);
    else await this.diffs.all(proposal);
  }

  private async asked({ proposal, hunk }: ReviewMessage): Promise<void> {
    await this.show({ proposal, ...(hunk && { hunk }) });
  }

  /** A proposal restored after a restart waits in the view; one just asked for is shown. */
  private async published(proposal: ProposalMessage): Promise<void> {
    const known = this.seen.has(proposal.id);
    this.seen.add(proposal.id);
    const began = this.live.get(proposal.run);
    if (known || proposal.state !== 'open' || began === undefined) return;
    const how = vscode.workspace.getConfiguration('redline').get('review.open', 'diff');
    const typing = this.lastTyped > began && Date.now() - this.lastTyped < TYPING_MS;
    if (how === 'diff' && !typing) return this.diffs.all(proposal);
    const review = 'Review';
    const text = `Redline: ${proposal.title} (${proposal.summary})`;
    const chosen = await vscode.window.showInformationMessage(text, review);
    if (chosen === review) await this.diffs.all(proposal);
  }

  private typed({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const edited = ['file', 'untitled'].includes(document.uri.scheme) && contentChanges.length > 0;
    const active = vscode.window.activeTextEditor?.document === document;
    if (edited && active) this.lastTyped = Date.now();
  }

  private async step(by: 1 | -1): Promise<void> {
    const target = await this.targets.find('proposal', undefined);
    const proposal = target && this.store.get(target.proposal);
    if (!proposal) return;
    const open = proposal.hunks.filter((each) => fresh(each) && fileOfHunk(proposal, each));
    const next = following(proposal, open, this.store, by);
    if (next) await this.diffs.hunk(proposal, next);
  }
}

/** The hunk after the cursor's, going round; the first one when the cursor is elsewhere. */
function following(
  proposal: ProposalMessage,
  open: HunkItem[],
  store: Store,
  by: 1 | -1,
): HunkItem | undefined {
  const editor = vscode.window.activeTextEditor;
  const shown = editor && store.fileOf(editor.document.uri);
  const line = editor?.selection.active.line ?? 0;
  const here = shown && hunkAt(proposal, shown.file.uri, line, true);
  const at = here ? open.indexOf(here) : by === 1 ? -1 : 0;
  return open[(at + by + open.length) % open.length];
}
