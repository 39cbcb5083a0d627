// Starts the server, restarts it, and carries commands and notifications.
import * as os from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import {
  CodeLensRequest,
  ExecuteCommandRequest,
  LanguageClient,
  State,
  TextDocumentContentRequest,
  type ClientCapabilities,
  type Executable,
  type LanguageClientOptions,
  type StaticFeature,
  type TextDocumentContentResult,
} from 'vscode-languageclient/node';
import type { Events } from './events';
import { findServer, serverPath } from './locate';
import type { Keys } from './secrets';
import { initializationOptions } from './settings';

/** What stands between a server command the user ran and the server. */
export type Interceptor = (command: string, argument: object | undefined) => Promise<unknown>;
/** Whether the server's own lenses may be shown in this document now. */
export type LensGate = (document: vscode.TextDocument) => boolean;

/** All that a server is started with. */
interface Launch {
  executable: Executable;
  options: Record<string, unknown>;
}

/** Tells the server what this client does by itself. */
const DECLARED: StaticFeature = {
  fillClientCapabilities(capabilities: ClientCapabilities) {
    capabilities.experimental = {
      ...(capabilities.experimental as object | undefined),
      redline: {
        proposals: true,
        symbolsElsewhere: true,
        editor: ['rename', 'references', 'diagnostics'],
      },
    };
  },
  initialize() {},
  getState: () => ({ kind: 'static' }),
  clear() {},
};

export class Connection implements vscode.Disposable {
  intercept: Interceptor = (command, argument) => this.execute(command, argument ?? {});
  lensesAllowed: LensGate = () => true;
  /** Registers what needs the client itself; run for each new one, before it starts. */
  prepare: (client: LanguageClient) => void = () => {};

  private client: LanguageClient | undefined;
  private launched: Launch | undefined;
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly events: Events,
    private readonly keys: Keys,
    readonly output: vscode.LogOutputChannel,
  ) {}

  get ready(): boolean {
    return this.client?.state === State.Running;
  }

  /** Whether the server that runs suggests code while one types. */
  get suggests(): boolean {
    return this.ready && !!this.client?.initializeResult?.capabilities.inlineCompletionProvider;
  }

  /** Ends the server if it runs and starts it anew; one at a time, in order. */
  restart(): Promise<void> {
    return this.queue(async () => this.replace(await this.launch()));
  }

  /** The same, unless it would be started with just what it was started with. */
  restartIfChanged(): Promise<void> {
    return this.queue(async () => {
      const wanted = await this.launch();
      if (!isDeepStrictEqual(wanted, this.launched)) await this.replace(wanted);
    });
  }

  stop(): Promise<void> {
    return this.queue(() => this.end());
  }

  dispose(): void {
    void this.stop();
  }

  /** Whether there is a server; when not, the user is told and offered what helps. */
  async available(): Promise<boolean> {
    await this.turn;
    if (!this.ready) void (this.launched ? this.offerStart() : this.offerInstall());
    return this.ready;
  }

  /** Sends one command. A problem is shown to the user, and the result is then undefined. */
  async execute<T>(command: string, argument: object): Promise<T | undefined> {
    if (!(await this.available()) || !this.client) return undefined;
    try {
      const params = { command, arguments: [argument] };
      return await this.client.sendRequest<T>(ExecuteCommandRequest.method, params);
    } catch (problem) {
      const message = problem instanceof Error ? problem.message : String(problem);
      this.output.error(`${command}: ${message}`);
      void vscode.window.showErrorMessage(`Redline: ${message}`);
      return undefined;
    }
  }

  /** The text of one of the server's documents. */
  async text(uri: string): Promise<string> {
    const method = TextDocumentContentRequest.method;
    const found = await this.client?.sendRequest<TextDocumentContentResult>(method, { uri });
    return found?.text ?? '';
  }

  /** Has the editor ask again for the lenses of every file. */
  refreshLenses(): void {
    const feature = this.client?.getFeature(CodeLensRequest.method);
    for (const document of this.ready ? vscode.workspace.textDocuments : []) {
      feature?.getProvider(document)?.onDidChangeCodeLensEmitter.fire();
    }
  }

  private queue(step: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(step).catch((problem) => this.output.error(String(problem)));
    return this.turn;
  }

  private async launch(): Promise<Launch | undefined> {
    const command = await findServer();
    if (!command) return undefined;
    const args =
      vscode.workspace.getConfiguration('redline').inspect<string[]>('server.arguments')
        ?.globalValue ?? [];
    // Not the workspace as current folder: programs look for things there.
    const options = { cwd: os.homedir(), env: { ...process.env, ...(await this.keys.all()) } };
    return { executable: { command, args, options }, options: initializationOptions() };
  }

  private async replace(launch: Launch | undefined): Promise<void> {
    await this.end();
    this.launched = launch;
    if (launch) return this.begin(launch);
    this.events.connection.fire('missing');
    void this.offerInstall();
  }

  private async begin(launch: Launch): Promise<void> {
    this.output.info(`starting ${launch.executable.command}`);
    const client = new LanguageClient(
      'redline',
      'Redline',
      launch.executable,
      this.options(launch),
    );
    client.registerFeature(DECLARED);
    this.listen(client);
    this.prepare(client);
    this.client = client;
    try {
      await client.start();
    } catch (problem) {
      this.output.error(`the server did not start: ${String(problem)}`);
      this.events.connection.fire('gone');
    }
  }

  private async end(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (!client) return;
    try {
      await client.dispose(5000);
    } catch (problem) {
      this.output.warn(`the server did not end well: ${String(problem)}`);
    }
    this.events.connection.fire('gone');
  }

  private options(launch: Launch): LanguageClientOptions {
    return {
      documentSelector: [{ scheme: 'file' }, { scheme: 'untitled' }],
      outputChannel: this.output,
      initializationOptions: launch.options,
      middleware: {
        executeCommand: (command, args) => this.intercept(command, args[0] as object | undefined),
        provideCodeLenses: (document, token, next) =>
          this.lensesAllowed(document) ? next(document, token) : [],
      },
    };
  }

  private listen(client: LanguageClient): void {
    const { events } = this;
    client.onNotification('redline/run', (told) => events.run.fire(told));
    client.onNotification('redline/proposal', (told) => events.proposal.fire(told));
    client.onNotification('redline/answer', (told) => events.answer.fire(told));
    client.onNotification('redline/question', (told) => events.question.fire(told));
    client.onNotification('redline/index', (told) => events.index.fire(told));
    client.onNotification('redline/review', (told) => events.review.fire(told));
    client.onDidChangeState(({ newState }) => {
      if (client !== this.client) return;
      if (newState === State.Starting) events.connection.fire('starting');
      else events.connection.fire(newState === State.Running ? 'ready' : 'gone');
    });
  }

  private async offerInstall(): Promise<void> {
    const help = 'How to Install';
    const choose = 'Choose…';
    const retry = 'Retry';
    const chosen = await vscode.window.showErrorMessage(missing(), help, choose, retry);
    if (chosen === help) await vscode.commands.executeCommand('redline.client.installHelp');
    if (chosen === choose) await vscode.commands.executeCommand('redline.client.chooseServer');
    if (chosen === retry) await this.restart();
  }

  private async offerStart(): Promise<void> {
    const start = 'Start';
    const chosen = await vscode.window.showWarningMessage(
      'Redline: the server is not running.',
      start,
    );
    if (chosen === start) await this.restart();
  }
}

function missing(): string {
  const set = serverPath();
  return set
    ? `Redline: redline.server.path says ${set}, which is no program that may be run here.`
    : 'Redline: the server, redline-lsp, was found neither in the Python environment nor on PATH.';
}
