// A comment thread at each hunk: why, where it comes from, how it was checked. A reply asks again.
import * as vscode from 'vscode';
import type { HunkItem, ProposalMessage, Target } from '../protocol';
import { after } from './sides';
import { type Store, fileOfHunk, plain } from './store';

/** With more hunks than this, threads start folded: open ones would hide the code. */
const UNFOLDED = 3;

const TOP = new vscode.Range(0, 0, 0, 0);

interface Held {
  thread: vscode.CommentThread;
  target: Target;
  /** What the user has replied, until the next round takes the hunk's place. */
  replies: vscode.Comment[];
  /** Its lines in the file, as last known. */
  lines: vscode.Range;
}

export class Comments implements vscode.Disposable {
  private readonly controller = vscode.comments.createCommentController('redline', 'Redline');
  private readonly held = new Map<string, Held>();
  private readonly subscription: vscode.Disposable;

  constructor(store: Store) {
    this.controller.options = {
      placeHolder: 'What should be different?',
      prompt: 'Reply: ask again with your words',
    };
    this.subscription = store.onDidChange((told) => {
      if (told) this.show(told);
      else this.forget();
    });
  }

  targetOf(thread: vscode.CommentThread): Target | undefined {
    return this.heldBy(thread)?.target;
  }

  /** Shows the user's words in the thread; the target they are about. */
  replied({ thread, text }: vscode.CommentReply): Target | undefined {
    const held = this.heldBy(thread);
    if (!held) return undefined;
    const mode = vscode.CommentMode.Preview;
    const body = new vscode.MarkdownString().appendText(text);
    held.replies.push({ body, mode, author: { name: 'You' } });
    thread.comments = [...thread.comments, ...held.replies.slice(-1)];
    return held.target;
  }

  dispose(): void {
    this.subscription.dispose();
    this.forget();
    this.controller.dispose();
  }

  private heldBy(thread: vscode.CommentThread): Held | undefined {
    return [...this.held.values()].find((each) => each.thread === thread);
  }

  private show(proposal: ProposalMessage): void {
    const open = proposal.state === 'open';
    for (const hunk of proposal.hunks) {
      const key = `${proposal.id}\n${hunk.id}`;
      const place = open ? placeOf(proposal, hunk, this.held.get(key)) : undefined;
      if (place) this.put(key, proposal, hunk, place);
      else this.drop(key);
    }
  }

  private put(
    key: string,
    proposal: ProposalMessage,
    hunk: HunkItem,
    place: vscode.Location,
  ): void {
    const known = this.held.get(key);
    const moved = known && known.thread.uri.toString() !== place.uri.toString();
    if (moved) this.drop(key);
    const replies = known?.replies ?? [];
    const comments = [comment(proposal, hunk), ...replies];
    const thread = known && !moved ? known.thread : this.begin(proposal, place, comments);
    thread.range = place.range;
    thread.label = label(hunk);
    thread.contextValue = hunk.status;
    thread.comments = comments;
    const target = { proposal: proposal.id, uri: hunk.uri, hunk: hunk.id };
    const lines = hunk.range ? linesOf(plain(hunk.range)) : known?.lines;
    this.held.set(key, { thread, target, replies, lines: lines ?? TOP });
  }

  private begin(
    proposal: ProposalMessage,
    place: vscode.Location,
    comments: vscode.Comment[],
  ): vscode.CommentThread {
    const thread = this.controller.createCommentThread(place.uri, place.range, comments);
    thread.canReply = true;
    thread.collapsibleState =
      proposal.hunks.length > UNFOLDED
        ? vscode.CommentThreadCollapsibleState.Collapsed
        : vscode.CommentThreadCollapsibleState.Expanded;
    return thread;
  }

  private drop(key: string): void {
    this.held.get(key)?.thread.dispose();
    this.held.delete(key);
  }

  private forget(): void {
    for (const key of [...this.held.keys()]) this.drop(key);
  }
}

/** On the proposed text while there is one; otherwise in the file, where its lines are or were. */
function placeOf(
  proposal: ProposalMessage,
  hunk: HunkItem,
  held: Held | undefined,
): vscode.Location | undefined {
  if (hunk.status !== 'fresh' && hunk.status !== 'stale') return undefined;
  const file = fileOfHunk(proposal, hunk);
  if (hunk.status === 'fresh' && hunk.proposedRange && file) {
    return new vscode.Location(after(proposal, file), linesOf(plain(hunk.proposedRange)));
  }
  const lines = hunk.range ? linesOf(plain(hunk.range)) : (held?.lines ?? TOP);
  return new vscode.Location(vscode.Uri.parse(hunk.uri), lines);
}

/** A range that ends at a line's very start does not mean that line. */
function linesOf(range: vscode.Range): vscode.Range {
  const { start, end } = range;
  const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
  return new vscode.Range(start.line, 0, last, 0);
}

function label(hunk: HunkItem): string {
  const kind =
    hunk.operation === 'edit'
      ? ''
      : `${hunk.operation}${hunk.target ? ` to ${hunk.target}` : ''}, `;
  return hunk.status === 'stale'
    ? 'Stale: these lines have changed since. Ask again for them.'
    : `${kind}${hunk.origin}, ${hunk.status}`;
}

function comment(proposal: ProposalMessage, hunk: HunkItem): vscode.Comment {
  const body = new vscode.MarkdownString(undefined, true);
  body.appendText(hunk.reason || proposal.title);
  if (hunk.guard) {
    body.appendMarkdown('\n\n$(shield) ').appendText(`Held back when all are accepted: ${hunk.guard}`);
  }
  for (const note of proposal.notes) body.appendMarkdown('\n\n$(info) ').appendText(note);
  for (const check of proposal.checks) {
    body.appendMarkdown(`\n\n$(${ICONS[check.outcome]}) `);
    body.appendText(`${check.name} ${check.outcome}${check.detail ? `: ${check.detail}` : ''}`);
  }
  return {
    body,
    mode: vscode.CommentMode.Preview,
    author: { name: 'Redline' },
  };
}

const ICONS = { passed: 'pass', failed: 'error', skipped: 'circle-slash' } as const;
