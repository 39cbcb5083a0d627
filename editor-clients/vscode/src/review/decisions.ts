// Accepting, rejecting and asking again, and saying what came of it.
import * as vscode from 'vscode';
import type { AcceptResult, HunkItem, ProposalMessage, Target } from '../protocol';
import type { Connection } from '../server';
import { type Store, digests, fresh, hunksOf } from './store';

/** The argument of `redline.accept`. */
export interface AcceptArguments {
  proposal: string;
  hunks?: string[];
  digests?: Record<string, string>;
}

export class Decisions {
  constructor(
    private readonly connection: Connection,
    private readonly store: Store,
  ) {}

  async accept(target: Target): Promise<void> {
    const proposal = this.store.get(target.proposal);
    const open = proposal ? hunksOf(proposal, target).filter(fresh) : [];
    if (!proposal || open.length === 0) return nothingOpen(proposal);
    // What could make a test pass without mending anything is only taken by itself.
    const chosen = target.hunk ? open : open.filter((each) => !each.guard);
    if (chosen.length < open.length) heldBack(open.filter((each) => each.guard));
    if (chosen.length === 0) return;
    await this.acceptHunks({ proposal: proposal.id, hunks: chosen.map((each) => each.id) });
  }

  /** Also for the server's own lenses and code actions, which bring no digests along. */
  async acceptHunks(given: AcceptArguments): Promise<AcceptResult | undefined> {
    const proposal = this.store.get(given.proposal);
    const named =
      proposal?.hunks.filter((each) => given.hunks?.includes(each.id) ?? fresh(each)) ?? [];
    const argument = { ...given, digests: given.digests ?? digests(named) };
    const result = await this.connection.execute<AcceptResult>('redline.accept', argument);
    const asked = new Set(named.map((each) => each.id));
    // Hunks that were stale before are no news.
    if (result && proposal) result.stale = result.stale.filter((each) => asked.has(each));
    return this.report(result, proposal);
  }

  async reject(target: Target): Promise<void> {
    const proposal = this.store.get(target.proposal);
    if (!proposal) return nothingOpen(proposal);
    const open = hunksOf(proposal, target).filter((each) => fresh(each) || each.status === 'stale');
    if (open.length === 0) return nothingOpen(proposal);
    await this.connection.execute('redline.reject', {
      proposal: proposal.id,
      hunks: open.map((each) => each.id),
    });
  }

  /** Stale hunks need no words; for others the user says what should be different. */
  async askAgain(target: Target, words?: string): Promise<void> {
    const proposal = this.store.get(target.proposal);
    if (!proposal) return nothingOpen(proposal);
    const hunks = hunksOf(proposal, target);
    const stale = hunks.filter((each) => each.status === 'stale');
    if (words === undefined && stale.length > 0) {
      await this.connection.execute('redline.revise', {
        proposal: proposal.id,
        hunks: stale.map((each) => each.id),
      });
      return;
    }
    const comment = words ?? (await askComment(proposal));
    const open = hunks.filter((each) => fresh(each) || each.status === 'stale');
    if (!comment) return;
    await this.connection.execute('redline.revise', {
      proposal: proposal.id,
      hunks: open.map((each) => each.id),
      comment,
    });
  }

  async rollBack(run: string): Promise<AcceptResult | undefined> {
    return this.report(
      await this.connection.execute<AcceptResult>('redline.rollback', { run }),
      undefined,
    );
  }

  private report(
    result: AcceptResult | undefined,
    proposal: ProposalMessage | undefined,
  ): AcceptResult | undefined {
    if (!result) return result;
    const whole =
      !result.stale.length &&
      !result.unconfirmed.length &&
      !result.undone?.length &&
      result.accepted.length > 0;
    if (whole) vscode.window.setStatusBarMessage(`$(pass) Redline: ${result.message}`, 5000);
    else void this.warn(result, proposal);
    return result;
  }

  private async warn(result: AcceptResult, proposal: ProposalMessage | undefined): Promise<void> {
    const again = 'Ask Again';
    const offers = proposal && result.stale.length ? [again] : [];
    const chosen = await vscode.window.showWarningMessage(`Redline: ${result.message}`, ...offers);
    if (chosen !== again || !proposal) return;
    await this.connection.execute('redline.revise', { proposal: proposal.id, hunks: result.stale });
  }
}

function nothingOpen(proposal: ProposalMessage | undefined): void {
  const why = proposal?.reason || 'nothing is open there any more';
  void vscode.window.showInformationMessage(`Redline: ${why}.`);
}

function heldBack(hunks: readonly HunkItem[]): void {
  const why = [...new Set(hunks.map((each) => each.guard))].join('; ');
  const many = hunks.length === 1 ? 'One hunk is' : `${hunks.length} hunks are`;
  void vscode.window.showWarningMessage(
    `Redline: ${many} held back: ${why}. Accept them one by one, if that is meant.`,
  );
}

function askComment(proposal: ProposalMessage): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: `Ask again: ${proposal.title}`,
    prompt: 'What should be different?',
    ignoreFocusOut: true,
  });
}
