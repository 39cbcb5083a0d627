// What a review command means: said by a menu, a lens or a thread, or where the cursor stands.
import * as vscode from 'vscode';
import type { HunkItem, ProposalMessage, Target } from '../protocol';
import type { Comments } from './comments';
import type { Diffs } from './diff';
import { type Store, fresh, plain } from './store';
import { ProposalNode } from './tree';

export type Reach = 'hunk' | 'file' | 'proposal';

export class Targets {
  constructor(
    private readonly store: Store,
    private readonly diffs: Diffs,
    private readonly comments: Comments,
  ) {}

  /** What was `given`, cut to `reach` if that is to be `exact`, or else what is here. */
  async find(reach: Reach, given: unknown, exact = true): Promise<Target | undefined> {
    const said = this.said(given);
    if (said) return exact ? narrowed(said, reach) : said;
    const target = reach === 'proposal' ? await this.proposal() : this.atCursor(reach);
    if (!target)
      void vscode.window.showInformationMessage(
        `Redline: no open ${reach === 'hunk' ? 'change' : reach} here.`,
      );
    return target;
  }

  private said(given: unknown): Target | undefined {
    if (given instanceof ProposalNode) return given.target;
    if (typeof given !== 'object' || given === null) return undefined;
    if ('proposal' in given && typeof given.proposal === 'string') return given as Target;
    if ('comments' in given) return this.comments.targetOf(given as vscode.CommentThread);
    return undefined;
  }

  private atCursor(reach: 'hunk' | 'file'): Target | undefined {
    const editor = vscode.window.activeTextEditor;
    const place = editor && this.place(editor.document.uri);
    if (!place) return undefined;
    const file: Target = { proposal: place.proposal.id, uri: place.uri };
    if (reach === 'file') return file;
    const hunk = hunkAt(place.proposal, place.uri, editor.selection.active.line, place.proposed);
    return hunk && { ...file, hunk: hunk.id };
  }

  private place(
    uri: vscode.Uri,
  ): { proposal: ProposalMessage; uri: string; proposed: boolean } | undefined {
    const proposed = this.store.fileOf(uri);
    const found = proposed ?? this.store.touching(uri);
    return (
      found && { proposal: found.proposal, uri: found.file.uri, proposed: proposed !== undefined }
    );
  }

  private async proposal(): Promise<Target | undefined> {
    const editor = vscode.window.activeTextEditor;
    const here = this.diffs.active() ?? (editor && this.place(editor.document.uri)?.proposal);
    const chosen = here ?? (await pickProposal(this.store.open));
    return chosen && { proposal: chosen.id };
  }
}

export function hunkAt(
  proposal: ProposalMessage,
  uri: string,
  line: number,
  proposed: boolean,
): HunkItem | undefined {
  return proposal.hunks
    .filter((each) => each.uri === uri && fresh(each))
    .find((each) => {
      const range = proposed ? each.proposedRange : each.range;
      if (!range) return false;
      const { start, end } = plain(range);
      return (
        start.line <= line && line <= Math.max(start.line, end.character ? end.line : end.line - 1)
      );
    });
}

function narrowed(said: Target, reach: Reach): Target {
  if (reach === 'proposal') return { proposal: said.proposal };
  return reach === 'file' && said.uri ? { proposal: said.proposal, uri: said.uri } : said;
}

async function pickProposal(open: ProposalMessage[]): Promise<ProposalMessage | undefined> {
  if (open.length < 2) return open[0];
  const rows = open.map((proposal) => ({
    label: proposal.title,
    description: proposal.summary,
    proposal,
  }));
  return (await vscode.window.showQuickPick(rows, { title: 'Redline: which proposal?' }))?.proposal;
}
