"""Trust is for exactly the folders the user named."""

from __future__ import annotations

from pathlib import Path

import pytest

from redline.adapters.places import trust_file
from redline.adapters.trust import NoTrust, TrustError, TrustFile
from redline.adapters.uris import uri_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "my project" / "vendored").mkdir(parents=True)
    return tmp_path / "my project"


def test_nothing_is_trusted_until_granted_and_after_revoking(folder: Path) -> None:
    trust = TrustFile(trust_file())
    assert not trust.trusted(uri_of(folder))
    trust.grant(uri_of(folder))
    assert trust.trusted(uri_of(folder))
    assert trust.trusted(uri_of(folder) + "/")
    assert trust.folders() == (str(folder),)
    trust.revoke(uri_of(folder))
    assert not trust.trusted(uri_of(folder))


def test_a_folder_inside_or_around_is_not_trusted_with_it(folder: Path) -> None:
    trust = TrustFile(trust_file())
    trust.grant(uri_of(folder))
    assert not trust.trusted(uri_of(folder / "vendored"))
    assert not trust.trusted(uri_of(folder.parent))


def test_a_grant_holds_at_once_in_another_reader(folder: Path) -> None:
    reader = TrustFile(trust_file())
    assert not reader.trusted(uri_of(folder))
    TrustFile(trust_file()).grant(uri_of(folder))
    assert reader.trusted(uri_of(folder))


def test_a_link_pointed_elsewhere_takes_no_trust_with_it(folder: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder)
    trust = TrustFile(trust_file())
    trust.grant(uri_of(link))
    assert trust.trusted(uri_of(folder))
    link.unlink()
    link.symlink_to(tmp_path)
    assert not trust.trusted(uri_of(link))


def test_the_file_is_private_and_one_others_may_write_is_not_believed(folder: Path) -> None:
    trust = TrustFile(trust_file())
    trust.grant(uri_of(folder))
    assert trust_file().stat().st_mode & 0o777 == 0o600
    trust_file().chmod(0o666)
    assert not trust.trusted(uri_of(folder))
    with pytest.raises(TrustError, match="others may write it; chmod 600"):
        trust.grant(uri_of(folder.parent))


@pytest.mark.parametrize("text", ["{", "[]", '{"folders": [1]}', '{"folders": "/"}'])
def test_a_broken_file_grants_nothing_and_is_not_overwritten(folder: Path, text: str) -> None:
    trust_file().write_text(text)
    trust_file().chmod(0o600)
    trust = TrustFile(trust_file())
    assert not trust.trusted(uri_of(folder))
    with pytest.raises(TrustError, match="mend or remove it"):
        trust.grant(uri_of(folder))
    assert trust_file().read_text() == text


def test_only_folders_on_this_machine_can_be_trusted(folder: Path) -> None:
    trust = TrustFile(trust_file())
    for uri in ("untitled:Untitled-1", "file://elsewhere/x", uri_of(folder / "missing")):
        with pytest.raises(TrustError, match="not a folder on this machine"):
            trust.grant(uri)
        assert not trust.trusted(uri)


def test_one_file_of_rules_is_accepted_and_the_rest_stays_as_granted(folder: Path) -> None:
    (folder / "AGENTS.md").write_text("one")
    (folder / "redline.toml").write_text("[checks]\n")
    trust = TrustFile(trust_file())
    trust.grant(uri_of(folder))
    rules, settings = dict(trust.rules(uri_of(folder))), trust.configured(uri_of(folder))
    (folder / "AGENTS.md").write_text("two")
    (folder / "redline.toml").write_text("[checks]\nbuild = ['evil']\n")
    trust.accept(uri_of(folder), "sub/AGENTS.md", "d1")
    assert trust.rules(uri_of(folder)) == {**rules, "sub/AGENTS.md": "d1"}
    assert trust.configured(uri_of(folder)) == settings


def test_nothing_is_accepted_in_a_folder_that_is_not_trusted(folder: Path) -> None:
    trust = TrustFile(trust_file())
    for uri in (uri_of(folder), uri_of(folder / "missing"), "untitled:Untitled-1"):
        with pytest.raises(TrustError, match="is not trusted any more"):
            trust.accept(uri, "AGENTS.md", "d1")
        assert not trust.trusted(uri)
    with pytest.raises(TrustError, match="this session trusts nothing"):
        NoTrust().accept(uri_of(folder), "AGENTS.md", "d1")
