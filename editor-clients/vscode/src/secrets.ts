// Provider keys: kept in the secret storage, handed to the server as environment variables.
import * as vscode from 'vscode';

const STORED = 'redline.keys';
const USUAL = [
  'OPENAI_API_KEY',
  'ANTHROPIC_API_KEY',
  'GEMINI_API_KEY',
  'MISTRAL_API_KEY',
  'REDLINE_API_KEY',
];
const OTHER = 'Another variable…';

export class Keys {
  constructor(private readonly secrets: vscode.SecretStorage) {}

  async all(): Promise<Record<string, string>> {
    const stored = await this.secrets.get(STORED);
    return stored ? (JSON.parse(stored) as Record<string, string>) : {};
  }

  /** `changed` runs in every window when one of them sets or forgets a key. */
  onChange(changed: () => void): vscode.Disposable {
    return this.secrets.onDidChange((event) => {
      if (event.key === STORED) changed();
    });
  }

  async set(): Promise<void> {
    const name = await this.askName();
    if (!name) return;
    const value = await vscode.window.showInputBox({
      title: `Redline: ${name}`,
      prompt: 'Kept in the secret storage. Only the Redline server is given it.',
      password: true,
      ignoreFocusOut: true,
    });
    if (!value) return;
    await this.secrets.store(STORED, JSON.stringify({ ...(await this.all()), [name]: value }));
    void vscode.window.showInformationMessage(`Redline: ${name} is set.`);
  }

  async forget(): Promise<void> {
    const names = Object.keys(await this.all());
    if (names.length === 0) {
      void vscode.window.showInformationMessage('Redline: no keys are kept.');
      return;
    }
    await this.secrets.delete(STORED);
    void vscode.window.showInformationMessage(`Redline: forgot ${names.join(', ')}.`);
  }

  private async askName(): Promise<string | undefined> {
    const chosen = await vscode.window.showQuickPick([...USUAL, OTHER], {
      title: 'Redline: which key?',
      placeHolder: 'The environment variable your provider reads',
      ignoreFocusOut: true,
    });
    if (chosen !== OTHER) return chosen;
    return vscode.window.showInputBox({
      title: 'Redline: name of the variable',
      ignoreFocusOut: true,
      validateInput: (text) =>
        /^[A-Z][A-Z0-9_]*_(KEY|TOKEN|SECRET|ID)$/.test(text)
          ? undefined
          : 'Like OPENAI_API_KEY: capitals, ending in _KEY, _TOKEN, _SECRET or _ID',
    });
  }
}
