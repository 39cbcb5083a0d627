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
  inlineModel: 'roles.inline.model',
  inlineTokens: 'inline_tokens',
};

/** Those of inline suggestions that a workspace may set: none that costs anything. */
const INLINE: Record<string, string> = {
  inline: 'inline',
  inlineLanguagesOff: 'inline_languages_off',
  inlineComments: 'inline_comments',
  inlineStrings: 'inline_strings',
  inlineDeadline: 'inline_deadline',
  inlineCandidates: 'inline_candidates',
  inlineNextEdit: 'inline_next_edit',
};

/** Only what the user set: a default sent along would outrank the user's own config.toml. */
export function initializationOptions(): Record<string, unknown> {
  const settings = vscode.workspace.getConfiguration('redline');
  const options: Record<string, unknown> = {};
  for (const [ours, theirs] of Object.entries(MACHINE)) {
    const value = settings.inspect(ours)?.globalValue;
    if (value !== undefined && value !== null && value !== '') options[theirs] = value;
  }
  for (const [ours, theirs] of Object.entries(INLINE)) {
    const value = set(settings, ours);
    if (value !== undefined && value !== null)
      options[theirs] = typeof value === 'boolean' ? (value ? 'on' : 'off') : value;
  }
  if (!settings.get('codeLenses', true)) options['code_lenses'] = 'off';
  if (!vscode.workspace.isTrusted) options['trust'] = 'never';
  return options;
}

/** The value of a setting where anyone set it; a default does not count. */
function set(settings: vscode.WorkspaceConfiguration, name: string): unknown {
  const found = settings.inspect(name);
  return found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue;
}

/** Whether `change` touches anything the server was started with. */
export function concernsServer(change: vscode.ConfigurationChangeEvent): boolean {
  const names = ['server', 'codeLenses', ...Object.keys(MACHINE), ...Object.keys(INLINE)];
  return names.some((name) => change.affectsConfiguration(`redline.${name}`));
}
