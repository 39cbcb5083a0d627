// Asking for an instruction, with what was asked before within reach.
import * as vscode from 'vscode';

const KEPT = 'redline.instructions';
const LIMIT = 50;

interface Choice extends vscode.QuickPickItem {
  instruction: string;
}

export class Instructions {
  constructor(private readonly state: vscode.Memento) {}

  /** What the user typed or chose; '' when the server is to decide, undefined when they left. */
  async ask(action: string): Promise<string | undefined> {
    const text = await this.pick(action);
    if (text) await this.remember(text);
    return text;
  }

  private pick(action: string): Promise<string | undefined> {
    const input = vscode.window.createQuickPick<Choice>();
    input.title = `agent: ${action}`;
    input.placeholder = action === 'ask' ? 'Ask about the code' : 'What is to be done?';
    input.ignoreFocusOut = true;
    const show = () => {
      input.items = this.choices(action, input.value.trim());
    };
    input.onDidChangeValue(show);
    show();
    return new Promise((resolve) => {
      input.onDidAccept(() => {
        const chosen = input.selectedItems[0] ?? input.activeItems[0];
        resolve(chosen?.instruction ?? input.value.trim());
        input.hide();
      });
      input.onDidHide(() => {
        resolve(undefined);
        input.dispose();
      });
      input.show();
    });
  }

  /** What is typed comes first, so that Enter always means it. */
  private choices(action: string, typed: string): Choice[] {
    const earlier = this.earlier()
      .filter((each) => each !== typed)
      .map((each) => ({
        label: each,
        instruction: each,
        iconPath: new vscode.ThemeIcon('history'),
      }));
    if (typed)
      return [
        { label: typed, description: 'as typed', instruction: typed, alwaysShow: true },
        ...earlier,
      ];
    if (action === 'ask') return earlier;
    return [
      {
        label: 'No instruction',
        description: 'the agent: comment here, or a choice of what fits',
        instruction: '',
      },
      ...earlier,
    ];
  }

  private earlier(): string[] {
    return this.state.get<string[]>(KEPT, []);
  }

  private async remember(text: string): Promise<void> {
    const kept = [text, ...this.earlier().filter((each) => each !== text)];
    await this.state.update(KEPT, kept.slice(0, LIMIT));
  }
}
