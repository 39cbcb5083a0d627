// Answers the server's `redline/editor/*` requests from the editor's other language services.
import * as vscode from 'vscode';
import type {
  Diagnostic,
  LanguageClient,
  Location,
  Position,
  WorkspaceEdit,
} from 'vscode-languageclient/node';

interface Place {
  uri: string;
  position: Position;
}

/** Null wherever there is no provider or it fails: the server then uses its own means. */
export function answerFromEditor(client: LanguageClient): void {
  client.onRequest('redline/editor/rename', (asked: Place & { newName: string }) =>
    orNull(() => rename(client, asked)),
  );
  client.onRequest('redline/editor/references', (asked: Place) =>
    orNull(() => references(client, asked)),
  );
  client.onRequest('redline/editor/diagnostics', (asked: { uri: string }) =>
    orNull(() => diagnostics(client, asked)),
  );
}

async function rename(
  client: LanguageClient,
  asked: Place & { newName: string },
): Promise<WorkspaceEdit | null> {
  const { uri, position } = await opened(client, asked);
  const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit | undefined>(
    'vscode.executeDocumentRenameProvider',
    uri,
    position,
    asked.newName,
  );
  if (!edit || edit.size === 0) return null;
  const changes = edit
    .entries()
    .map(([file, edits]) => [
      client.code2ProtocolConverter.asUri(file),
      edits.map((each) => client.code2ProtocolConverter.asTextEdit(each)),
    ]);
  return { changes: Object.fromEntries(changes) };
}

async function references(client: LanguageClient, asked: Place): Promise<Location[] | null> {
  const { uri, position } = await opened(client, asked);
  const found = await vscode.commands.executeCommand<vscode.Location[] | undefined>(
    'vscode.executeReferenceProvider',
    uri,
    position,
  );
  if (!found || found.length === 0) return null;
  return found.map((each) => client.code2ProtocolConverter.asLocation(each));
}

async function diagnostics(client: LanguageClient, asked: { uri: string }): Promise<Diagnostic[]> {
  const uri = client.protocol2CodeConverter.asUri(asked.uri);
  await vscode.workspace.openTextDocument(uri);
  return client.code2ProtocolConverter.asDiagnostics([...vscode.languages.getDiagnostics(uri)]);
}

/** Providers see only documents that are open. */
async function opened(
  client: LanguageClient,
  asked: Place,
): Promise<{ uri: vscode.Uri; position: vscode.Position }> {
  const uri = client.protocol2CodeConverter.asUri(asked.uri);
  await vscode.workspace.openTextDocument(uri);
  return { uri, position: client.protocol2CodeConverter.asPosition(asked.position) };
}

async function orNull<T>(answer: () => Promise<T | null>): Promise<T | null> {
  try {
    return await answer();
  } catch {
    return null;
  }
}
