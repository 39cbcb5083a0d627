// Read-only Markdown of ours (answers, timelines), shown in the editor's own preview.
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { AnswerMessage } from './protocol';

const SCHEME = 'redline-page';
const PREVIEW = 'vscode.markdown.preview.editor';
const KEPT = 50;

export class Pages implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(
    SCHEME,
    this,
  );
  readonly onDidChange = this.changed.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return (
      this.texts.get(uri.toString()) ??
      'This page is no longer kept. Open it again from the Runs view.\n'
    );
  }

  /** Beside the code, which keeps the focus: the user may be typing there. */
  showAnswer(answer: AnswerMessage): Thenable<unknown> {
    const places = answer.places.map(({ uri, line, label }) => {
      const file = vscode.Uri.parse(uri);
      const name = escaped(`${vscode.workspace.asRelativePath(file)}:${line}`);
      const target = link(file, line);
      return `- ${target ? `[${name}](${target})` : name} ${escaped(label)}`;
    });
    const text = places.length
      ? `${answer.markdown}\n\n---\n\n${places.join('\n')}\n`
      : answer.markdown;
    const page = this.keep('Answer', answer.id, text);
    const beside = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    return vscode.commands.executeCommand('vscode.openWith', page, PREVIEW, beside);
  }

  showTimeline(run: string, timeline: string): Thenable<unknown> {
    return vscode.commands.executeCommand(
      'vscode.openWith',
      this.keep('Timeline', run, timeline.split('\n').map(plain).join('\n')),
      PREVIEW,
    );
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }

  private keep(kind: string, id: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${kind}.md`, query: id });
    this.texts.delete(uri.toString());
    this.texts.set(uri.toString(), text);
    for (const oldest of [...this.texts.keys()].slice(0, -KEPT)) this.texts.delete(oldest);
    this.changed.fire(uri);
    return uri;
  }
}

/** The preview follows no `file:` links; it takes `/` for the first folder of the workspace. */
function link(file: vscode.Uri, line: number): string | undefined {
  const root = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (!root || root.scheme !== file.scheme || root.authority !== file.authority) return undefined;
  const way = path.posix
    .relative(root.path, file.path)
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  return `/${way.replaceAll('(', '%28').replaceAll(')', '%29')}#L${line}`;
}

/** A line of a timeline: its words are those of users and tools, not Markdown. */
function plain(line: string): string {
  const [, mark, words] = /^(# |- |)(.*)$/.exec(line) ?? ['', '', line];
  return `${mark}${escaped(words ?? '')}`;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>#|]/g, '\\$&');
}
