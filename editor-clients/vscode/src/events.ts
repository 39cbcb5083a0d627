import * as vscode from 'vscode';
import type {
  AnswerMessage,
  IndexMessage,
  ProposalMessage,
  QuestionMessage,
  ReviewMessage,
  RunMessage,
} from './protocol';

/** What the server tells us. Outlives the connection, which a restart replaces. */
export class Events implements vscode.Disposable {
  readonly run = new vscode.EventEmitter<RunMessage>();
  readonly proposal = new vscode.EventEmitter<ProposalMessage>();
  readonly answer = new vscode.EventEmitter<AnswerMessage>();
  readonly question = new vscode.EventEmitter<QuestionMessage>();
  readonly index = new vscode.EventEmitter<IndexMessage>();
  readonly review = new vscode.EventEmitter<ReviewMessage>();
  /** The server is ready, or gone. */
  readonly connection = new vscode.EventEmitter<'starting' | 'ready' | 'gone' | 'missing'>();

  dispose(): void {
    for (const each of Object.values(this)) (each as vscode.Disposable).dispose();
  }
}
