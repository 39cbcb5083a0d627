// The editor's settings as the server's (docs/configuration.md).
import * as vscode from 'vscode';

/** Our names, the server's names. These are machine settings: a workspace cannot set them. */
const MACHINE: Record<string, string> = {
  model: 'model',
  apiBase: 'api_base',
  modelTimeout: 'model_timeout',
  'budget.modelCalls': 'budget.model_calls',
  'budget.tokens': 'budget.tokens',
  'budget.cost': 'budget.cost',
  'budget.seconds': 'budget.seconds',
  'budget.files': 'budget.files',
  symbols: 'symbols',
  'languageServers.python': 'language_servers.python',
};

/** Only what the user set: a default sent along would outrank the user's own config.toml. */
export function initializationOptions(): Record<string, unknown> {
  const settings = vscode.workspace.getConfiguration('redline');
  const options: Record<string, unknown> = {};
  for (const [ours, theirs] of Object.entries(MACHINE)) {
    const value = settings.inspect(ours)?.globalValue;
    if (value !== undefined && value !== null && value !== '') options[theirs] = value;
  }
  if (!settings.get('codeLenses', true)) options['code_lenses'] = 'off';
  if (!vscode.workspace.isTrusted) options['trust'] = 'never';
  return options;
}

/** Whether `change` touches anything the server was started with. */
export function concernsServer(change: vscode.ConfigurationChangeEvent): boolean {
  const names = ['server', 'codeLenses', ...Object.keys(MACHINE)];
  return names.some((name) => change.affectsConfiguration(`redline.${name}`));
}
