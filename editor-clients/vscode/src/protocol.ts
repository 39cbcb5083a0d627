// The server's own messages, as docs/protocol.md describes them.
import type { Range } from 'vscode-languageclient/node';

export type RunState =
  | 'planning'
  | 'working'
  | 'checking'
  | 'waiting'
  | 'proposed'
  | 'answered'
  | 'done'
  | 'failed'
  | 'cancelled';

export interface RunMessage {
  run: string;
  state: RunState;
  step?: string;
  message?: string;
  action?: string;
  outcome?: 'proposed' | 'answered' | 'escalated' | 'failed' | 'cancelled' | 'budget';
}

export type HunkStatus = 'fresh' | 'accepted' | 'rejected' | 'stale';

export interface HunkItem {
  id: string;
  uri: string;
  range?: Range;
  before: string;
  after: string;
  reason: string;
  origin: 'computed' | 'generated';
  status: HunkStatus;
  digest: string;
  operation: 'edit' | 'create' | 'rename' | 'delete';
  target: string;
  proposedRange?: Range;
  /** Why accepting all leaves it out, '' when it does not. */
  guard: string;
}

export interface CheckItem {
  name: string;
  scope: string;
  outcome: 'passed' | 'failed' | 'skipped';
  detail: string;
  seconds: number;
  /** Of tests; 0 for other checks. */
  passed: number;
  ran: number;
}

export interface FileItem {
  uri: string;
  path: string;
  before: string;
  after: string;
}

export interface ProposalMessage {
  id: string;
  run: string;
  title: string;
  summary: string;
  risk: 'low' | 'medium' | 'high';
  notes: string[];
  hunks: HunkItem[];
  checks: CheckItem[];
  diff: string;
  state: 'open' | 'done' | 'expired';
  reason: string;
  at: number;
  action: string;
  instruction: string;
  round: number;
  files: FileItem[];
}

export interface AnswerMessage {
  id: string;
  run: string;
  markdown: string;
  places: { uri: string; line: number; label: string }[];
}

export interface QuestionMessage {
  run: string;
  question: string;
  text: string;
  options: string[];
}

export interface IndexMessage {
  state: 'building' | 'complete';
  done: number;
  total: number;
}

export interface ReviewMessage {
  proposal: string;
  hunk?: string;
}

export interface AcceptResult {
  accepted: string[];
  stale: string[];
  unconfirmed: string[];
  undone?: string[];
  message: string;
}

export interface RunItem {
  run: string;
  at: number;
  action: string;
  instruction: string;
  state: string;
  title?: string;
  proposal?: string;
}

export interface RunDetail {
  run: string;
  state: string;
  plan: { id: number; intent: string; role: string; status: string; evidence: string }[];
  timeline: string;
}

export type InlineSwitch = 'on' | 'off' | 'snoozed';

/** Of `redline.inline`: switches where there is a state, and asks in any case. */
export interface InlineArguments {
  state?: InlineSwitch;
  minutes?: number;
  language?: string;
}

export interface InlineAnswer {
  state: InlineSwitch;
  /** Of a snooze, seconds since the epoch. */
  until?: number;
}

export const ACTIONS = ['refactor', 'fix', 'test', 'document', 'explain', 'ask'] as const;
export type Action = (typeof ACTIONS)[number];

/** The argument of an `agent.*` command. */
export interface AgentArguments {
  uri?: string;
  range?: Range;
  version?: number;
  instruction?: string;
  diagnostics?: { message: string }[];
}

/** What a review command acts on: a proposal, one of its files or one of its hunks. */
export interface Target {
  proposal: string;
  uri?: string;
  hunk?: string;
}
