// Puts the parts together. What the product does is the server's; see docs/architecture.md.
import * as vscode from 'vscode';
import { Actions } from './actions';
import { Events } from './events';
import { Inline } from './inline';
import { Instructions } from './instructions';
import { Pages } from './pages';
import type { Action, AgentArguments } from './protocol';
import { answerFromEditor } from './providers';
import { Questions } from './questions';
import { Comments } from './review/comments';
import { type AcceptArguments, Decisions } from './review/decisions';
import { Diffs } from './review/diff';
import { Lenses } from './review/lenses';
import { Review } from './review/review';
import { Sides } from './review/sides';
import { Store } from './review/store';
import { Targets } from './review/targets';
import { ProposalTree } from './review/tree';
import { Runs } from './runs';
import { Keys } from './secrets';
import { Connection } from './server';
import { concernsServer } from './settings';
import { Status } from './status';
import { askTrust, watchTrust } from './trust';

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const own = <T extends vscode.Disposable>(part: T): T => {
    context.subscriptions.push(part);
    return part;
  };
  const output = own(vscode.window.createOutputChannel('Redline', { log: true }));
  const keys = new Keys(context.secrets);
  const events = own(new Events());
  const connection = own(new Connection(events, keys, output));
  running = connection;
  const actions = new Actions(connection, new Instructions(context.workspaceState));
  const decisions = review(own, connection, events, actions);
  const pages = own(new Pages());
  own(events.answer.event((answer) => void pages.showAnswer(answer)));
  context.subscriptions.push(
    ...actions.register(),
    ...own(new Runs(connection, events)).register(pages, decisions),
    ...own(new Inline(connection, events)).register(),
    ...commands(context, connection, keys),
    keys.onChange(() => void connection.restartIfChanged()),
    watchTrust(connection),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (concernsServer(change)) void connection.restartIfChanged();
    }),
  );
  await connection.restart();
}

/** The editor waits for this: the server ends in good order. */
export function deactivate(): Promise<void> | undefined {
  return running?.stop();
}

let running: Connection | undefined;

type Own = <T extends vscode.Disposable>(part: T) => T;

/** The parts around proposals, questions and the status of runs. */
function review(own: Own, connection: Connection, events: Events, actions: Actions): Decisions {
  const store = own(new Store(events));
  own(new Sides(store, connection));
  const diffs = own(new Diffs(store));
  const lenses = own(new Lenses(store, () => connection.refreshLenses()));
  const comments = own(new Comments(store));
  const decisions = new Decisions(connection, store);
  const targets = new Targets(store, diffs, comments);
  const questions = own(new Questions(connection, events));
  own(new ProposalTree(store));
  own(
    vscode.Disposable.from(
      ...own(new Review(store, diffs, targets, decisions, events)).register(comments),
    ),
  );
  own(vscode.Disposable.from(...own(new Status(events, questions, store, connection)).register()));
  own(vscode.commands.registerCommand('redline.client.answer', () => questions.answer()));
  connection.prepare = answerFromEditor;
  connection.lensesAllowed = (document) => lenses.inFile(document);
  connection.intercept = intercepted(connection, actions, decisions);
  return decisions;
}

/** The server's own commands, run by its lenses and code actions, get what only we know. */
function intercepted(
  connection: Connection,
  actions: Actions,
  decisions: Decisions,
): Connection['intercept'] {
  return async (command, argument) => {
    const [group, name] = command.split('.');
    if (group === 'agent')
      return actions.start(name as Action, argument as AgentArguments | undefined);
    if (command === 'redline.accept') return decisions.acceptHunks(argument as AcceptArguments);
    if (command === 'redline.rollback')
      return decisions.rollBack((argument as { run: string }).run);
    return connection.execute(command, argument ?? {});
  };
}

function commands(
  context: vscode.ExtensionContext,
  connection: Connection,
  keys: Keys,
): vscode.Disposable[] {
  const all: Record<string, () => unknown> = {
    restart: () => connection.restart(),
    showOutput: () => connection.output.show(),
    setKey: () => keys.set(),
    forgetKeys: () => keys.forget(),
    trust: () => askTrust(connection),
    chooseServer,
    installHelp: () =>
      vscode.commands.executeCommand(
        'workbench.action.openWalkthrough',
        `${context.extension.id}#redline`,
        false,
      ),
  };
  return Object.entries(all).map(([name, act]) =>
    vscode.commands.registerCommand(`redline.client.${name}`, act),
  );
}

/** The change of the setting restarts the server. */
async function chooseServer(): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({
    title: 'Choose redline-lsp',
    openLabel: 'Use This Server',
  });
  if (!chosen?.[0]) return;
  const settings = vscode.workspace.getConfiguration('redline');
  await settings.update('server.path', chosen[0].fsPath, vscode.ConfigurationTarget.Global);
}
