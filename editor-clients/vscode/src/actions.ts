// Starts runs: from the palette, a menu, a key, or the server's own code actions.
import * as vscode from 'vscode';
import type { Instructions } from './instructions';
import { ACTIONS, type Action, type AgentArguments } from './protocol';
import type { Connection } from './server';

export class Actions {
  constructor(
    private readonly connection: Connection,
    private readonly instructions: Instructions,
  ) {}

  register(): vscode.Disposable[] {
    return ACTIONS.map((action) =>
      vscode.commands.registerCommand(`redline.client.${action}`, (given?: unknown) =>
        this.start(action, fromKeybinding(given)),
      ),
    );
  }

  /** `given` is what a code action or a keybinding brought along. */
  async start(action: Action, given: AgentArguments = {}): Promise<unknown> {
    if (!(await this.connection.available())) return undefined;
    const here = given.uri ? {} : this.here(action);
    if (!here) {
      void vscode.window.showWarningMessage(
        'Redline: open a file first; there is nothing to work on.',
      );
      return undefined;
    }
    // Before the question: while it is open, the cursor may go elsewhere.
    const what: AgentArguments = { ...here, ...given };
    if (what.instruction === undefined) {
      const words = await this.instructions.ask(action);
      if (words === undefined) return undefined;
      if (words) what.instruction = words;
    }
    return this.connection.execute(`agent.${action}`, what);
  }

  /** The selection of the active editor; nothing at all for a question without one. */
  private here(action: Action): AgentArguments | undefined {
    const editor = vscode.window.activeTextEditor;
    const scheme = editor?.document.uri.scheme;
    if (!editor || (scheme !== 'file' && scheme !== 'untitled'))
      return action === 'ask' ? {} : undefined;
    const { document, selection } = editor;
    const found = vscode.languages
      .getDiagnostics(document.uri)
      .filter((each) => each.range.intersection(selection));
    return {
      uri: document.uri.toString(),
      range: { start: plain(selection.start), end: plain(selection.end) },
      version: document.version,
      diagnostics: found.map((each) => ({ message: each.message })),
    };
  }
}

function plain(position: vscode.Position): { line: number; character: number } {
  return { line: position.line, character: position.character };
}

/** A menu passes the file's Uri, a keybinding its `args`: only the words are taken from it. */
function fromKeybinding(given: unknown): AgentArguments {
  const words = (given as AgentArguments | undefined)?.instruction;
  return typeof words === 'string' ? { instruction: words } : {};
}
