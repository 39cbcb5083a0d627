// Workspace trust, both ways: restricted mode binds the server, a grant here reaches it.
import * as vscode from 'vscode';
import type { Connection } from './server';

/**
 * Granted only by the user's own act. That a window counts as trusted proves none: it does
 * so too where trust checks are switched off.
 */
export function watchTrust(connection: Connection): vscode.Disposable {
  return vscode.workspace.onDidGrantWorkspaceTrust(async () => {
    await connection.restartIfChanged();
    const checked = vscode.workspace
      .getConfiguration('security.workspace.trust')
      .get('enabled', true);
    if (checked) await grant(connection);
  });
}

/** For a workspace that was trusted before Redline was there. */
export async function askTrust(connection: Connection): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    await vscode.commands.executeCommand('workbench.trust.manage');
    return;
  }
  const trust = 'Trust';
  const names = folders()
    .map((each) => each.uri.fsPath)
    .join('\n');
  if (!names) return;
  const chosen = await vscode.window.showWarningMessage(
    'Let Redline trust the folders of this workspace?',
    {
      modal: true,
      detail: `${names}\n\nEvery editor remembers it; redline trust --revoke takes it back.`,
    },
    trust,
  );
  if (chosen === trust) await grant(connection);
}

async function grant(connection: Connection): Promise<void> {
  for (const folder of folders()) {
    await connection.execute('redline.trust', { folder: folder.uri.toString() });
  }
}

function folders(): readonly vscode.WorkspaceFolder[] {
  return vscode.workspace.workspaceFolders ?? [];
}
