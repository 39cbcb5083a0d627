"""From a draft to a proposal: validated here, so that nothing unchecked is ever shown."""

from __future__ import annotations

from dataclasses import replace

from redline.app.gate import names_of
from redline.app.tools import whole_files
from redline.app.tools.context import OUTPUT_LIMIT, ToolContext, failed, text_of
from redline.app.tools.verifying import verified
from redline.core import uris
from redline.core.agent import reviewing
from redline.core.agent.model import Draft, ToolCall, ToolResult
from redline.core.checks.guard import guard_of
from redline.core.oversight.policy import Decision, Wanted, evaluate
from redline.core.proposal import hunks as hunking
from redline.core.proposal.model import Change, Check, Hunk, Proposal, Risk
from redline.core.proposal.render import proposal_diff, shortfalls, summary
from redline.core.text import edits
from redline.core.text.edits import EditError
from redline.core.text.text import Span, Text

ADVICE = frozenset({"lint", "format"})
"""Checks that raise no risk: what they find breaks nothing."""
SHARED = "the file has other names (hard links), which would change with it"
NOTHING = "there is nothing to propose: no change has been made yet"


async def propose(context: ToolContext, call: ToolCall) -> ToolResult:
    """Checks the draft; a `Proposal` when it passes, otherwise what is wrong with it."""
    draft = context.files.draft
    if not (draft.changes or draft.operations):
        return failed(call, NOTHING)
    changes = _with_comment_removed(context, draft.changes)
    whole = (operation.uri for operation in draft.operations)
    wanted = tuple(dict.fromkeys((*(change.uri for change in changes), *whole)))
    texts = dict(context.files.bases(wanted))
    problem = _not_as_it_was(context, wanted, texts) or _out_of_scope(context, changes, texts)
    if problem:
        return failed(call, problem)
    id_ = f"{context.run.id}.p{context.run.round}"
    try:
        hunks = hunking.hunks(id_, texts, changes, draft.operations)
    except EditError as error:
        return failed(call, f"the changes do not fit together: {error}")
    if not hunks:
        return failed(call, "the changes leave every file as it is")
    hunks = tuple(_guarded(context, hunk) for hunk in hunks)
    checks, stop = await verified(context, changes, texts)
    if stop:
        return replace(failed(call, stop), check=checks[-1])
    proposal = Proposal(
        id=id_,
        run=context.run.id,
        title=text_of(call, "title"),
        base={uri: texts[uri].digest for uri in wanted},
        hunks=hunks,
        checks=checks,
        risk=_risk(len(wanted), changes, draft, checks),
        notes=_notes(context, draft),
        round=context.run.round,
    )
    shown = _read(context, proposal, texts) if reviewing.wanted(context.run, proposal) else ""
    return ToolResult(call.id, summary(proposal) + shown, proposal=proposal)


def _read(context: ToolContext, proposal: Proposal, texts: dict[str, Text]) -> str:
    """The proposal as its reviewer reads it: what its checks say, and the diff."""
    files = context.files
    targets = (hunk.target for hunk in proposal.hunks if hunk.target)
    names = {uri: files.path(uri) for uri in (*proposal.uris, *targets)}
    diff = proposal_diff(proposal, texts, names, {}, True).decode("utf-8", "replace")
    if len(diff) > OUTPUT_LIMIT:
        diff = f"{diff[:OUTPUT_LIMIT]}\n... cut here; read_file shows the files as changed"
    return "\n".join(["", *shortfalls(proposal), *proposal.notes, "", diff])


def _guarded(context: ToolContext, hunk: Hunk) -> Hunk:
    """The hunk with why it is not taken along with the others."""
    folders = context.files.folders
    named = replace(hunk, target=uris.for_model(folders, hunk.target) if hunk.target else "")
    guard = guard_of(uris.for_model(folders, hunk.uri), named) or hunk.guard
    if not guard and hunk.operation == "edit" and context.adapters.disk.shared(hunk.uri):
        guard = SHARED
    return replace(hunk, guard=guard)


def _notes(context: ToolContext, draft: Draft) -> tuple[str, ...]:
    """The draft's notes, and those on whole files as it leaves them now."""
    operations = draft.operations
    others = [note for note in draft.notes if whole_files.holds(context, operations, note)]
    return tuple(dict.fromkeys((*others, *whole_files.notes(context, operations))))


def _with_comment_removed(context: ToolContext, changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """The changes, and the removal of the `agent:` comment that asked for them."""
    goal = context.run.goal
    if goal is None or goal.instruction_comment is None:
        return changes
    operation = context.files.operation(goal.uri)
    if operation is not None and operation.kind == "delete":
        return changes
    span = goal.instruction_comment
    removal = Change(goal.uri, edits.Edit(span, b""), "remove the instruction", "computed")
    if any(c.uri == goal.uri and edits.collides(c.edit.span, span) for c in changes):
        inside = [c for c in changes if c.uri == goal.uri and span.contains(c.edit.span)]
        if any(
            c.uri == goal.uri and edits.collides(c.edit.span, span) and c not in inside
            for c in changes
        ):
            return changes
        changes = tuple(change for change in changes if change not in inside)
    return (*changes, removal)


def _not_as_it_was(context: ToolContext, wanted: tuple[str, ...], texts: dict[str, Text]) -> str:
    """Which file, or new name of one, may not be touched or is no longer as the draft found it."""
    files, rules = context.files, context.files.snapshot.settings.policy
    for uri in wanted:
        operation = files.operation(uri)
        target = operation.target if operation is not None else ""
        names = [uris.for_model(files.folders, each) for each in (uri, target) if each]
        if uri not in texts or not all(files.inside(each) for each in (uri, target) if each):
            return f"{files.path(uri)}: outside the workspace, or unreadable"
        known = [name for each in names for name in names_of(files, each)]
        verdict = evaluate(rules, Wanted("propose", "propose", tuple(known)))
        if verdict.decision is Decision.DENY:  # what is asked about was asked at the gate
            return verdict.because
        if texts[uri].digest != files.draft.base.get(uri, texts[uri].digest):
            return f"{names[0]}: has changed since the run began"
        made = uri if operation is not None and operation.kind == "create" else target
        if made and not files.missing(made):
            return f"{names[-1]}: there is such a file by now"
    return ""


def _out_of_scope(context: ToolContext, changes: tuple[Change, ...], texts: dict[str, Text]) -> str:
    """Which change does not fit its file, and why."""
    for change in changes:
        path, text = context.files.path(change.uri), texts[change.uri]
        if change.edit.span.end > len(text):
            return f"{path}: the change ends past the end of the file"
        if not _utf8(text, change.edit.span):
            return f"{path}: has bytes that are not UTF-8 where it would be changed"
    return ""


def _utf8(text: Text, span: Span) -> bool:
    return Text(text.slice(text.whole_lines(span))).is_utf8


def _risk(files: int, changes: tuple[Change, ...], draft: Draft, checks: tuple[Check, ...]) -> Risk:
    """Generated text needs a closer look than a computed change, and so does a note.

    A file that goes or gets another name may be missed elsewhere.
    """
    if any(check.outcome == "failed" and check.name not in ADVICE for check in checks):
        return "high"
    if any(change.origin == "generated" for change in changes):
        return "high" if files > 5 else "medium"
    moved = any(operation.kind != "create" for operation in draft.operations)
    return "medium" if draft.notes or moved else "low"
