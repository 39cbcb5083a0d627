// Questions of a run. Leaving one unanswered leaves the run waiting; it can be asked again.
import * as vscode from 'vscode';
import type { Events } from './events';
import type { QuestionMessage, RunMessage } from './protocol';
import type { Connection } from './server';

const OVER = new Set(['proposed', 'answered', 'done', 'failed', 'cancelled']);

export class Questions implements vscode.Disposable {
  private readonly waiting = new Map<string, QuestionMessage>();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly connection: Connection,
    events: Events,
  ) {
    this.subscriptions = [
      this.changed,
      events.question.event((question) => this.asked(question)),
      events.run.event((told) => this.moved(told)),
      events.connection.event((state) => {
        if (state === 'gone') this.clear();
      }),
    ];
  }

  get count(): number {
    return this.waiting.size;
  }

  /** Puts the oldest waiting question to the user once more. */
  async answer(): Promise<void> {
    const question = this.waiting.values().next().value;
    if (question) await this.put(question);
    else void vscode.window.showInformationMessage('Redline: no question is waiting.');
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private asked(question: QuestionMessage): void {
    this.waiting.set(question.run, question);
    this.changed.fire();
    void this.put(question);
  }

  private async put(question: QuestionMessage): Promise<void> {
    const answer = question.options.length
      ? await vscode.window.showQuickPick(question.options, {
          title: `Redline asks: ${question.text}`,
          placeHolder: 'Choose an answer',
          ignoreFocusOut: true,
        })
      : await vscode.window.showInputBox({
          title: 'Redline asks',
          prompt: question.text,
          ignoreFocusOut: true,
        });
    if (!answer || this.waiting.get(question.run) !== question) return;
    this.waiting.delete(question.run);
    this.changed.fire();
    const { run, question: id } = question;
    await this.connection.execute('redline.answer', { run, question: id, answer });
  }

  /** A run that ended, or went on by another way, no longer waits. */
  private moved(told: RunMessage): void {
    if (OVER.has(told.state) && this.waiting.delete(told.run)) this.changed.fire();
  }

  private clear(): void {
    this.waiting.clear();
    this.changed.fire();
  }
}
