"""The real projects the renames are tried on, and what is asked of each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One request. `file` and `at` (a regular expression) give the place, where one is needed.

    `expect` is what a good answer is: a proposal, an answer, or a refusal with a reason.
    `known` says why the tests differ afterwards, where they must.
    """

    kind: str
    words: str
    file: str = ""
    at: str = ""
    expect: str = "proposal"
    known: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """A source distribution, how its own tests run, and the steps."""

    name: str
    version: str
    layout: str
    steps: tuple[Step, ...]
    needs: tuple[str, ...] = ("pytest",)
    tests: tuple[str, ...] = ()


ITSDANGEROUS = Project(
    "itsdangerous",
    "2.2.0",
    "src, typed",
    (
        Step("class", "rename Signer to TokenSigner"),
        Step("method of a hierarchy", "rename Signer.get_signature to signature_of"),
        Step("function", "rename want_bytes to as_bytes"),
        Step("module constant", "rename _base64_alphabet to _url_alphabet"),
        Step("private function", "rename _make_keys_list to _list_of_keys"),
        Step("exception", "rename BadTimeSignature to BadTimestamp"),
        Step(
            "parameter",
            "rename max_age to age_limit",
            "src/itsdangerous/timed.py",
            r"max_age: int",
            "refusal",
        ),
        Step("property", "rename Signer.secret_key to newest_key"),
        Step(
            "organise imports", "organise imports", "src/itsdangerous/serializer.py", "", "refusal"
        ),
        Step("docstrings", "add docstrings", "src/itsdangerous/timed.py"),
        Step("explain", "explain Signer", expect="answer"),
    ),
    ("pytest", "freezegun"),
)
ATTRS = Project(
    "attrs",
    "26.1.0",
    "src, two packages, stubs beside the modules",
    (
        Step("class", "rename _ClassBuilder to _ClassMaker"),
        Step("function in a stub", "rename fields_dict to fields_by_name"),
        Step("validator in a stub", "rename matches_re to matches_regex"),
        Step("private function", "rename _make_init_script to _init_script"),
        Step("module constant", "rename _HASH_CACHE_FIELD to _HASH_FIELD"),
        Step("method", "rename _ClassBuilder.add_hash to with_hash"),
        Step("public class", "rename Converter to ValueConverter"),
        Step("docstrings", "add docstrings", "src/attr/_cmp.py", "", "refusal"),
        Step("organise imports", "organise imports", "src/attr/_make.py", "", "refusal"),
    ),
    ("pytest", "hypothesis", "cloudpickle", "pympler"),
    ("tests", "-p", "no:xdist"),
)
CLICK = Project(
    "click",
    "8.5.1",
    "src, heavily typed",
    (
        Step("class", "rename HelpFormatter to UsageFormatter"),
        Step("private class", "rename _OptionParser to _ArgumentParser", expect="refusal"),
        Step("method", "rename Context.find_root to outermost"),
        Step("method of a hierarchy", "rename ClickException.format_message to message_text"),
        Step("function", "rename open_file to open_named"),
        Step("name that is taken", "rename open_file to open_stream", expect="refusal"),
        Step("overloaded function", "rename get_current_context to current_context"),
        Step("module constant", "rename FORCED_WIDTH to FIXED_WIDTH"),
        Step(
            "parameter", "rename param_hint to hint_of", "src/click/exceptions.py", r"param_hint:"
        ),
        Step("organise imports", "organise imports", "src/click/core.py", "", "refusal"),
        Step("explain", "explain Context", expect="answer"),
    ),
)
MORE_ITERTOOLS = Project(
    "more-itertools",
    "11.2.1",
    "flat, a stub for every module",
    (
        Step("class", "rename peekable to lookahead"),
        Step("function", "rename dotproduct to dot_product"),
        Step("method", "rename peekable.peek to look", expect="refusal"),
        Step("module constant", "rename _perfect_tests to _exact_tests"),
        Step("private function", "rename _factor_pollard to _pollard"),
        Step("dataclass-like class", "rename Stats to Summary"),
        Step(
            "parameter", "rename fillvalue to filler", "more_itertools/recipes.py", r"def grouper"
        ),
        Step("organise imports", "organise imports", "more_itertools/more.py"),
    ),
    ("pytest",),
    ("tests",),
)
TOOLZ = Project(
    "toolz",
    "1.2.0",
    "flat, tests inside the package, no types",
    (
        Step("class", "rename Compose to Composition", expect="refusal"),
        Step("function", "rename merge_sorted to merged_sorted", expect="refusal"),
        Step("lower-case class", "rename juxt to side_by_side", expect="refusal"),
        Step("private method", "rename curry._should_curry to _curries"),
        Step(
            "module constant, one of two",
            "rename PYPY to ON_PYPY",
            "toolz/functoolz.py",
            "",
            "refusal",
        ),
        Step("private function", "rename _restore_curry to _curry_again"),
        Step("parameter", "rename binop to operation", "toolz/itertoolz.py", r"def reduceby"),
        Step("docstrings", "add docstrings", "toolz/functoolz.py"),
    ),
    ("pytest",),
    ("toolz",),
)
BOLTONS = Project(
    "boltons",
    "26.2.0",
    "flat, no types",
    (
        Step(
            "class, one of two",
            "rename OrderedMultiDict to ManyDict",
            "boltons/dictutils.py",
            "",
            "refusal",
        ),
        Step("class, which of two", "rename OrderedMultiDict to ManyDict", expect="refusal"),
        Step("function", "rename chunked_iter to chunks"),
        Step("method", "rename SpooledIOBase.rollover to roll_over"),
        Step("exception", "rename PathAccessError to NoSuchPath"),
        Step("private function", "rename _match_case to _same_case"),
        Step(
            "parameter", "rename strip_value to unwanted", "boltons/iterutils.py", r"def lstrip\("
        ),
        Step("class used by name", "rename IndexedSet to PositionSet", expect="refusal"),
        Step("organise imports", "organise imports", "boltons/tbutils.py"),
        Step("explain", "explain remap", expect="answer"),
    ),
    ("pytest",),
    ("tests",),
)
HUMANIZE = Project(
    "humanize",
    "4.17.0",
    "src, typed",
    (
        Step("function", "rename naturalsize to readable_size"),
        Step("enum", "rename Unit to TimeUnit"),
        Step("module constant", "rename human_powers to power_names"),
        Step("private function", "rename _abs_timedelta to _absolute"),
        Step("parameter", "rename ndigits to digits", "src/humanize/number.py", r"def intcomma"),
        Step("docstrings", "add docstrings", "src/humanize/time.py"),
    ),
    ("pytest", "freezegun", "pytest-benchmark", "pytest-codspeed"),
    ("tests",),
)
PACKAGING = Project(
    "packaging",
    "26.3",
    "src, heavily typed",
    (
        Step("class", "rename InvalidSpecifier to BadSpecifier"),
        Step("private class", "rename _BaseVersion to _ComparableVersion"),
        Step("function", "rename parse_wheel_filename to split_wheel_name"),
        Step("property", "rename Version.is_devrelease to is_development"),
        Step("module constant", "rename _PRE_RANK_STABLE to _STABLE_RANK"),
        Step("method", "rename SpecifierSet.filter to select"),
        Step("organise imports", "organise imports", "src/packaging/metadata.py", "", "refusal"),
    ),
    ("pytest", "hypothesis", "pretend", "tomli_w"),
    # Not those of specifiers and ranges: sixty thousand, two minutes a run.
    tuple(f"tests/test_{each}.py" for each in ("version", "utils", "metadata", "tags", "errors")),
)
MARKUPSAFE = Project(
    "markupsafe",
    "3.0.4",
    "src, typed, a C extension",
    (
        Step("class", "rename EscapeFormatter to SafeFormatter"),
        Step("protocol", "rename _HasHTML to _Marked"),
        Step("method", "rename Markup.striptags to without_tags"),
        Step("function", "rename escape_silent to escape_or_empty"),
        Step("function also in C", "rename soft_str to gentle_str"),
    ),
    ("pytest",),
    ("tests",),
)
PARSO = Project(
    "parso",
    "0.8.7",
    "flat, part typed",
    (
        Step("class", "rename TypedLeaf to KindLeaf", expect="refusal"),
        Step(
            "method of a hierarchy",
            "rename NodeOrLeaf.get_root_node to root_node",
            expect="refusal",
        ),
        Step("function", "rename split_lines to lines_of"),
        Step("module constant", "rename _NON_LINE_BREAKS to _SOFT_BREAKS"),
        Step("private function", "rename _get_hashed_path to _path_by_hash"),
        Step("exception", "rename ParserSyntaxError to BadSyntax"),
    ),
    ("pytest",),
    ("test",),
)

PROJECTS = {
    each.name: each
    for each in (
        ITSDANGEROUS,
        ATTRS,
        CLICK,
        MORE_ITERTOOLS,
        TOOLZ,
        BOLTONS,
        HUMANIZE,
        PACKAGING,
        MARKUPSAFE,
        PARSO,
    )
}
QUICK = ("itsdangerous", "toolz", "humanize")
