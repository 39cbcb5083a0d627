"""Each model is reached with its own address and key, and no other sees them."""

from __future__ import annotations

from redline.core.agent.exchange import ModelFailure
from redline.core.agent.model import Usage
from redline.core.gateway.deployments import chain, for_deployment, place, used
from redline.core.gateway.routing import Tried
from redline.core.settings import Deployment, Settings

SETTINGS = Settings(
    model="openai/main",
    api_base="http://main/v1",
    api_key="main-key",
    fallbacks=("anthropic/other", "openai/main", "openai/small"),
    roles={"reviewer": "anthropic/careful", "tester": "builtin"},
    deployments={"anthropic/careful": Deployment("http://careful", "careful-key")},
)


def seen(name: str, settings: Settings = SETTINGS) -> tuple[str, str]:
    """The address and the key that the model `name` is reached with."""
    narrowed = for_deployment(settings, name)
    return narrowed.api_base, narrowed.api_key


def test_the_general_address_and_key_are_for_the_usual_provider_alone() -> None:
    assert seen("openai/main") == ("http://main/v1", "main-key")
    assert seen("openai/small") == ("http://main/v1", "main-key")
    assert seen("anthropic/other") == ("", "")
    assert seen("builtin") == ("", "")


def test_a_model_with_an_address_of_its_own_is_not_sent_the_general_key() -> None:
    elsewhere = {"openai/small": Deployment("http://elsewhere/v1")}
    moved = Settings("openai/main", "http://main/v1", "main-key", deployments=elsewhere)
    assert seen("openai/small", moved) == ("http://elsewhere/v1", "")
    assert seen("anthropic/careful") == ("http://careful", "careful-key")


def test_a_key_of_its_own_goes_to_the_address_of_its_provider() -> None:
    keyed = {"openai/small": Deployment(api_key="small-key")}
    settings = Settings("openai/main", "http://main/v1", "main-key", deployments=keyed)
    assert seen("openai/small", settings) == ("http://main/v1", "small-key")


def test_the_chain_begins_with_the_model_of_the_role_and_holds_each_model_once() -> None:
    usual = ("openai/main", "anthropic/other", "openai/small")
    assert chain(SETTINGS, "scout", "openai/main") == usual
    assert chain(SETTINGS, "reviewer", "openai/main") == (
        "anthropic/careful",
        "anthropic/other",
        "openai/main",
        "openai/small",
    )


def test_what_answers_in_this_process_needs_nobody_else() -> None:
    assert chain(SETTINGS, "tester", "openai/main") == ("builtin",)
    assert chain(SETTINGS, "scout", "builtin") == ("builtin",)
    assert chain(SETTINGS, "scout", "scripted:a.script") == ("scripted:a.script",)


def test_a_place_shows_no_password() -> None:
    settings = Settings("openai/x", "https://me:secret@host:8080/v1?key=k")
    assert place("openai/x", settings) == "openai/x at https://host:8080/v1"
    assert place("anthropic/y", settings) == "anthropic/y"


def test_a_reply_took_what_its_failed_attempts_took_as_well() -> None:
    failures = [
        ModelFailure("incomplete", "cut", 0.0, Usage(100, 7, 0.25)),
        ModelFailure("provider", "down", 0.0),
        ModelFailure("incomplete", "cut", 0.0, Usage(10, 1, None)),
    ]
    tried = [Tried("x", failure) for failure in failures]
    assert used(Usage(1, 2, 0.5), tried) == Usage(111, 10, 0.75)
    assert used(Usage(1, 2, None), tried) == Usage(111, 10, None)
