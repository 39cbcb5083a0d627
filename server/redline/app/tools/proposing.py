"""From a draft to a proposal: validated here, so that nothing unchecked is ever shown."""

from __future__ import annotations

from redline.app.tools.context import ToolContext, failed, text_of
from redline.core import uris
from redline.core.agent.model import ToolCall, ToolResult
from redline.core.oversight.policy import DEFAULT_RULES, Decision, evaluate
from redline.core.proposal import hunks as hunking
from redline.core.proposal.model import Change, Check, Proposal, Risk
from redline.core.proposal.render import counted, summary
from redline.core.refactor import syntax
from redline.core.text import edits
from redline.core.text.edits import EditError
from redline.core.text.text import Span, Text


async def propose(context: ToolContext, call: ToolCall) -> ToolResult:
    """Checks the draft; a `Proposal` when it passes, otherwise what is wrong with it."""
    draft = context.files.draft
    if not draft.changes:
        return failed(call, "there is nothing to propose: no change has been made yet")
    changes = _with_comment_removed(context, draft.changes)
    wanted = tuple(dict.fromkeys(change.uri for change in changes))
    texts = dict(context.files.bases(wanted))
    problem = _out_of_scope(context, changes, texts)
    if problem:
        return failed(call, problem)
    id_ = f"{context.run.id}.p{context.run.round}"
    try:
        hunks = hunking.hunks(id_, texts, changes)
    except EditError as error:
        return failed(call, f"the changes do not fit together: {error}")
    if not hunks:
        return failed(call, "the changes leave every file as it is")
    began = context.adapters.clock.monotonic()
    broken = _broken(context, changes, texts)
    if broken:
        return failed(call, "it would no longer parse: " + "; ".join(broken))
    seconds = context.adapters.clock.monotonic() - began
    scope = counted(len(wanted), "file")
    check = Check("parse", scope, "passed", "no new syntax errors", round(seconds, 4))
    proposal = Proposal(
        id=id_,
        run=context.run.id,
        title=text_of(call, "title"),
        base={uri: texts[uri].digest for uri in wanted},
        hunks=hunks,
        checks=(check,),
        risk=_risk(len(wanted), changes, draft.notes),
        notes=draft.notes,
        round=context.run.round,
    )
    return ToolResult(call.id, summary(proposal), proposal=proposal)


def _with_comment_removed(context: ToolContext, changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """The changes, and the removal of the `agent:` comment that asked for them."""
    goal = context.run.goal
    if goal is None or goal.instruction_comment is None:
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


def _out_of_scope(context: ToolContext, changes: tuple[Change, ...], texts: dict[str, Text]) -> str:
    for change in changes:
        path = uris.relative(context.files.folders, change.uri)
        if path is None or change.uri not in texts:
            return f"{context.files.path(change.uri)}: outside the workspace, or unreadable"
        verdict = evaluate(DEFAULT_RULES, "propose", [path])
        if verdict.decision is not Decision.ALLOW:
            return verdict.because
        text = texts[change.uri]
        known = context.files.draft.base.get(change.uri, text.digest)
        if text.digest != known:
            return f"{path}: has changed since the run began"
        if change.edit.span.end > len(text):
            return f"{path}: the change ends past the end of the file"
        if not _utf8(text, change.edit.span):
            return f"{path}: has bytes that are not UTF-8 where it would be changed"
    return ""


def _utf8(text: Text, span: Span) -> bool:
    return Text(text.slice(text.whole_lines(span))).is_utf8


def _broken(context: ToolContext, changes: tuple[Change, ...], texts: dict[str, Text]) -> list[str]:
    """Every syntax error that is new, as `path:line what`."""
    result = []
    for uri, before in texts.items():
        language = context.language(uri)
        if language is None:
            continue
        after = Text(edits.apply(before.data, [c.edit for c in changes if c.uri == uri]))
        for error in syntax.new_errors(language, before, after):
            result.append(f"{context.files.path(uri)}:{error.line} {error.what}")
    return result


def _risk(files: int, changes: tuple[Change, ...], notes: tuple[str, ...]) -> Risk:
    """Generated text needs a closer look than a computed change, and so does a note."""
    if any(change.origin == "generated" for change in changes):
        return "high" if files > 5 else "medium"
    return "medium" if notes else "low"
