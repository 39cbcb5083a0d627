// Finds the server's command: the setting, the Python environment, PATH.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';

const WINDOWS = process.platform === 'win32';
const NAME = WINDOWS ? 'redline-lsp.exe' : 'redline-lsp';
const SCRIPTS = WINDOWS ? 'Scripts' : 'bin';

/** What we use of the Python extension's interface. */
interface PythonApi {
  environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { id: string; path: string };
    resolveEnvironment(found: {
      id: string;
      path: string;
    }): Promise<{ executable: { uri: vscode.Uri | undefined } } | undefined>;
  };
}

/** What the user set, '' when nothing. */
export function serverPath(): string {
  return (
    vscode.workspace.getConfiguration('redline').inspect<string>('server.path')?.globalValue ?? ''
  );
}

/** The command to run, or undefined when there is none. */
export async function findServer(): Promise<string | undefined> {
  const set = serverPath();
  if (set) return named(set);
  for (const candidate of [await besideInterpreter(), ...inVirtualEnvironments()]) {
    if (candidate && usable(candidate)) return candidate;
  }
  return onPath(NAME);
}

function named(set: string): string | undefined {
  const expanded = set.startsWith('~') ? path.join(os.homedir(), set.slice(1)) : set;
  if (!/[\\/]/.test(expanded)) return onPath(expanded);
  return path.isAbsolute(expanded) && usable(expanded) ? expanded : undefined;
}

/** The server in the environment that is chosen in the Python extension, if that is there. */
async function besideInterpreter(): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonApi>('ms-python.python');
  if (!extension) return undefined;
  try {
    const { environments } = extension.isActive ? extension.exports : await extension.activate();
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const found = await environments.resolveEnvironment(
      environments.getActiveEnvironmentPath(folder),
    );
    const python = found?.executable.uri?.fsPath;
    return python && path.join(path.dirname(python), NAME);
  } catch {
    return undefined; // another extension's trouble must not keep ours from looking further
  }
}

function inVirtualEnvironments(): string[] {
  return localFolders().flatMap((folder) =>
    ['.venv', 'venv'].map((name) => path.join(folder, name, SCRIPTS, NAME)),
  );
}

/** Relative entries of PATH would mean a file of whatever folder is current. */
function onPath(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, name))
    .find(usable);
}

function usable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile() && (vscode.workspace.isTrusted || !inWorkspace(file));
  } catch {
    return false;
  }
}

/** Nothing of an untrusted workspace is ever run, by whatever way it was found. */
function inWorkspace(file: string): boolean {
  const places = [file, fs.realpathSync(file)];
  return localFolders().some((folder) =>
    [folder, realpath(folder)].some((root) => places.some((place) => within(root, place))),
  );
}

function within(root: string, place: string): boolean {
  const way = path.relative(root, place);
  return way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
}

function realpath(folder: string): string {
  try {
    return fs.realpathSync(folder);
  } catch {
    return folder;
  }
}

function localFolders(): string[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter((each) => each.uri.scheme === 'file')
    .map((each) => each.uri.fsPath);
}
