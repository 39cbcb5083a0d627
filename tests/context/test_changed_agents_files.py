"""An `AGENTS.md` that is not what was trusted is a question of the run, and out without a yes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli_support import written
from context_support import EXPLAIN, SHOP, Wanted, Watched, of_kind, opened, ran, watched
from redline.adapters.places import trust_file
from redline.adapters.trust import TrustFile
from redline.adapters.uris import uri_of
from redline.app.driver import Run
from redline.app.history import told
from redline.core.agent.changed_rules import LEAVE, OPTIONS, TRUST, USE
from redline.core.agent.state import RunState
from redline.core.context.render import message
from redline.core.text.text import Text

TRUSTED, CHANGED = "Prices are in cents.\n", "Prices are in guilders.\n"
FILES = {**SHOP, "shop/AGENTS.md": TRUSTED}
HERE = Wanted("explain", "shop/cart.py", "def total")
QUESTION = (
    "shop/AGENTS.md has changed since you trusted this folder."
    " Read it first: is the run to follow it?"
)


@dataclass
class Asked:
    """A run, what its model was sent, what the user was asked and told."""

    run: Run
    model: Watched
    questions: list[str]
    troubles: list[str]

    @property
    def rules(self) -> list[str]:
        """The rules that each call of the model was given."""
        return [
            text
            for request in self.model.requests
            for text in ("cents", "guilders", "francs")
            if text in message(request.context)
        ]


def play(
    root: Path, *answers: str, wanted: Wanted = HERE, before: Callable[[], object] = lambda: None
) -> Asked:
    """A run in a trusted folder whose rules have changed, with these answers of its user."""
    found: list[Asked] = []

    async def played() -> None:
        async with opened(written(root, FILES), FILES) as session:
            TrustFile(trust_file()).grant(uri_of(root))
            (root / "shop/AGENTS.md").write_text(CHANGED)
            before()
            model, front = watched(EXPLAIN), session.front
            front.answers.extend(answers)  # type: ignore[attr-defined]
            run = await ran(session, wanted, model)
            asked, troubles = front.asked_, front.troubles  # type: ignore[attr-defined]
            found.append(Asked(run, model, list(asked), list(troubles)))
            past = told(session, run.state.id)
            assert not isinstance(past, str)
            assert past.state == run.state, "a replay knows the same"

    asyncio.run(played())
    return found[0]


def granted(root: Path) -> str | None:
    return TrustFile(trust_file()).rules(uri_of(root)).get("shop/AGENTS.md")


def test_with_a_yes_for_the_run_it_is_followed_and_not_asked_about_again(tmp_path: Path) -> None:
    asked = play(tmp_path, USE)
    assert asked.questions == [" | ".join([QUESTION, *OPTIONS])]
    assert asked.rules == ["guilders", "guilders"]
    assert of_kind(asked.model.context, "rule") == ["shop/AGENTS.md"]
    assert asked.troubles == []
    assert granted(tmp_path) == Text(TRUSTED.encode()).digest, "for this run alone"
    assert asked.run.state.outcome == "answered"


def test_trusted_from_now_on_nobody_is_asked_in_the_next_run(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    written(tmp_path, {"AGENTS.md": "Be brief.\n"})
    assert play(tmp_path, TRUST).rules == ["guilders", "guilders"]
    rules = TrustFile(trust_file()).rules(uri_of(tmp_path))
    assert rules == {
        "shop/AGENTS.md": Text(CHANGED.encode()).digest,
        "AGENTS.md": Text(b"Be brief.\n").digest,
    }

    async def again() -> None:
        async with opened(tmp_path, {**FILES, "shop/AGENTS.md": CHANGED}) as session:
            model = watched(EXPLAIN)
            await ran(session, HERE, model)
            assert "guilders" in message(model.context)
            assert session.front.asked_ == []  # type: ignore[attr-defined]

    asyncio.run(again())


@pytest.mark.parametrize("answer", [LEAVE, "Yes", "yes, use it", " " + USE, "Trust it"])
def test_without_one_of_the_two_yes_it_is_left_out(tmp_path: Path, answer: str) -> None:
    asked = play(tmp_path, answer)
    assert asked.questions == [" | ".join([QUESTION, *OPTIONS])]
    assert asked.rules == []
    assert granted(tmp_path) == Text(TRUSTED.encode()).digest
    assert asked.run.state.outcome == "answered"
    assert asked.troubles == [
        "shop/AGENTS.md is left out: it is not as it was when you trusted the folder."
        " Read it, and trust the folder again (redline trust)"
    ]


def test_a_run_that_is_cancelled_instead_has_sent_nothing(tmp_path: Path) -> None:
    asked = play(tmp_path)
    assert asked.run.state.outcome == "cancelled"
    assert asked.model.requests == []


def test_one_that_came_after_trust_is_called_new(tmp_path: Path) -> None:
    def add() -> None:
        written(tmp_path, {"tests/AGENTS.md": "Prices are in francs.\n"})

    wanted = Wanted("explain", "tests/test_cart.py", "def test_total")
    asked = play(tmp_path, USE, wanted=wanted, before=add)
    assert asked.questions[0].startswith("tests/AGENTS.md is new since you trusted this folder.")
    assert asked.rules == ["francs", "francs"]


def test_the_yes_is_to_what_was_asked_about_alone(tmp_path: Path) -> None:
    """Changed once more before the call that was held: asked again, by the text as it is now."""
    file = tmp_path / "shop/AGENTS.md"

    async def played() -> None:
        async with opened(written(tmp_path, FILES), FILES) as session:
            TrustFile(trust_file()).grant(uri_of(tmp_path))
            file.write_text(CHANGED)
            model, front = watched(EXPLAIN), session.front
            answer = front.asked

            def swapped(state: RunState, question: object) -> None:
                if not front.asked_:  # type: ignore[attr-defined]
                    file.write_text("Prices are in francs.\n")
                answer(state, question)  # type: ignore[arg-type]

            front.asked = swapped  # type: ignore[method-assign]
            front.answers.extend([TRUST, LEAVE])  # type: ignore[attr-defined]
            await ran(session, HERE, model)
            assert len(front.asked_) == 2  # type: ignore[attr-defined]
            assert "Prices are in" not in message(model.context)
            digests = TrustFile(trust_file()).rules(uri_of(tmp_path))
            assert digests["shop/AGENTS.md"] == Text(CHANGED.encode()).digest

    asyncio.run(played())


def test_trust_taken_back_meanwhile_is_not_given_anew(tmp_path: Path) -> None:
    async def played() -> None:
        async with opened(written(tmp_path, FILES), FILES) as session:
            TrustFile(trust_file()).grant(uri_of(tmp_path))
            (tmp_path / "shop/AGENTS.md").write_text(CHANGED)
            model, front = watched(EXPLAIN), session.front
            answer = front.asked

            def revoked(state: RunState, question: object) -> None:
                TrustFile(trust_file()).revoke(uri_of(tmp_path))
                answer(state, question)  # type: ignore[arg-type]

            front.asked = revoked  # type: ignore[method-assign]
            front.answers.append(TRUST)  # type: ignore[attr-defined]
            await ran(session, HERE, model)
            assert "Prices are in" not in message(model.context)
            assert not TrustFile(trust_file()).trusted(uri_of(tmp_path))
            told_of = " / ".join(front.troubles)  # type: ignore[attr-defined]
            assert "is followed in this run alone" in told_of
            assert "this folder is not trusted" in told_of

    asyncio.run(played())


def test_the_builtin_model_is_given_no_rules_and_nobody_is_asked(tmp_path: Path) -> None:
    async def played() -> None:
        async with opened(written(tmp_path, FILES), FILES) as session:
            TrustFile(trust_file()).grant(uri_of(tmp_path))
            (tmp_path / "shop/AGENTS.md").write_text(CHANGED)
            model = watched(EXPLAIN)
            model.name = "builtin"
            await ran(session, HERE, model)
            assert session.front.asked_ == []  # type: ignore[attr-defined]
            assert model.requests[0].context == ()

    asyncio.run(played())


def test_what_the_user_said_is_part_of_the_run(tmp_path: Path) -> None:
    state = play(tmp_path, USE).run.state
    assert state.rules == {"shop/AGENTS.md": Text(CHANGED.encode()).digest}
    assert state.held == {}
