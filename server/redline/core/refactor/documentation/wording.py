"""The words of a docstring skeleton, in the three common styles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from redline.core.retrieval.terms import split_name

Style = Literal["google", "numpy", "sphinx"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter or field as it is written; `name` keeps its stars."""

    name: str
    type: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True)
class Described:
    """What a definition says of itself."""

    name: str
    kind: Literal["function", "property", "class"]
    parameters: tuple[Parameter, ...] = ()
    returns: str = ""
    gives_value: bool = False
    yields: bool = False
    raises: tuple[tuple[str, str], ...] = ()


_GOOGLE = re.compile(r"^[ \t]+(?:Args|Arguments|Returns|Raises|Yields|Attributes):[ \t]*$", re.M)
_NUMPY = re.compile(r"^[ \t]+(?:Parameters|Returns|Raises|Yields)[ \t]*\r?\n[ \t]+-{3,}", re.M)
_SPHINX = re.compile(r"^[ \t]+:(?:param\b|returns?:|raises?\b|type\b|rtype:)", re.M)


def style_of(source: str) -> Style:
    """The docstring style most used in `source`; Google's where there is none."""
    counts: dict[Style, int] = {
        "google": len(_GOOGLE.findall(source)),
        "numpy": len(_NUMPY.findall(source)),
        "sphinx": len(_SPHINX.findall(source)),
    }
    return max(counts, key=lambda style: counts[style])


def docstring(about: Described, style: Style, unit: str) -> list[str]:
    """The lines of the docstring, quotes included, without the indentation of the whole."""
    first = summary(about)
    sections = list(_SECTIONS[style](about, unit)) if about.kind != "property" else []
    if not sections:
        return [f'"""{first}"""']
    return [f'"""{first}', "", *sections, '"""']


def summary(about: Described) -> str:
    """One sentence made of the words of the name."""
    if about.name == "__init__":
        return "Initialise the instance."
    words = split_name(about.name) or (about.name,)
    text = " ".join(words)
    if about.kind == "class":
        return capital(text if text.endswith("s") and not text.endswith("ss") else _a(text)) + "."
    if about.kind == "property":
        return f"The {text}."
    return capital(_sentence(words, about)) + "."


def spaced(name: str) -> str:
    """`total_price` and `TotalPrice` as `total price`."""
    return " ".join(split_name(name)) or name


def capital(text: str) -> str:
    """`text` with a capital at its start."""
    return text[:1].upper() + text[1:]


def _sentence(words: Sequence[str], about: Described) -> str:
    head, rest = words[0], " ".join(words[1:])
    if head in ("is", "has", "can", "should", "was", "are", "needs", "supports") and rest:
        return f"return whether it {head} {rest}"
    if head == "to" and rest:
        return f"convert to {rest}"
    if head == "from" and rest:
        return f"create from {rest}"
    if head == "on" and rest:
        return f"handle {rest}"
    if head in _VERBS:
        link = "" if not rest or words[1] in _NO_ARTICLE else "the "
        return f"{head} {link}{rest}".strip()
    text = " ".join(words)
    if about.yields:
        return f"yield the {text}"
    return f"return the {text}" if about.gives_value else text


def _a(text: str) -> str:
    return f"an {text}" if text[:1] in "aeio" else f"a {text}"


def _says(parameter: Parameter) -> str:
    words = f"The {spaced(parameter.name.lstrip('*'))}."
    return f"{words} Defaults to {parameter.default}." if parameter.default else words


def _result(about: Described) -> str:
    return "The next item." if about.yields else "The result."


def _period(message: str) -> str:
    return message if message.endswith((".", "!", "?")) else f"{message}."


def _google(about: Described, unit: str) -> Iterator[str]:
    parts: list[list[str]] = []
    if about.parameters:
        head = "Attributes:" if about.kind == "class" else "Args:"
        rows = [
            f"{unit}{each.name} ({each.type}): {_says(each)}"
            if each.type
            else f"{unit}{each.name}: {_says(each)}"
            for each in about.parameters
        ]
        parts.append([head, *rows])
    if about.gives_value or about.yields:
        type_ = f"{about.returns}: " if about.returns else ""
        parts.append(["Yields:" if about.yields else "Returns:", f"{unit}{type_}{_result(about)}"])
    if about.raises:
        rows = [
            f"{unit}{name}: {_period(message)}" if message else f"{unit}{name}"
            for name, message in about.raises
        ]
        parts.append(["Raises:", *rows])
    yield from _joined(parts)


def _numpy(about: Described, unit: str) -> Iterator[str]:
    parts: list[list[str]] = []
    if about.parameters:
        rows: list[str] = []
        for each in about.parameters:
            rows += [f"{each.name} : {each.type}" if each.type else each.name]
            rows += [f"{unit}{_says(each)}"]
        parts.append(_underlined("Attributes" if about.kind == "class" else "Parameters", rows))
    if about.gives_value or about.yields:
        head = "Yields" if about.yields else "Returns"
        type_ = about.returns or "object"
        parts.append(_underlined(head, [type_, f"{unit}{_result(about)}"]))
    if about.raises:
        rows = []
        for name, message in about.raises:
            rows += [name, f"{unit}{_period(message)}"] if message else [name]
        parts.append(_underlined("Raises", rows))
    yield from _joined(parts)


def _sphinx(about: Described, unit: str) -> Iterator[str]:
    role = "ivar" if about.kind == "class" else "param"
    for each in about.parameters:
        name = each.name.lstrip("*")
        yield f":{role} {name}: {_says(each)}"
        if each.type:
            yield f":{'vartype' if role == 'ivar' else 'type'} {name}: {each.type}"
    if about.gives_value or about.yields:
        yield f":{'yields' if about.yields else 'returns'}: {_result(about)}"
        if about.returns:
            yield f":rtype: {about.returns}"
    for name, message in about.raises:
        yield f":raises {name}: {_period(message)}" if message else f":raises {name}:"


_SECTIONS = {"google": _google, "numpy": _numpy, "sphinx": _sphinx}


def _underlined(head: str, rows: list[str]) -> list[str]:
    return [head, "-" * len(head), *rows]


def _joined(parts: list[list[str]]) -> Iterator[str]:
    for at, part in enumerate(parts):
        if at:
            yield ""
        yield from part


_NO_ARTICLE = frozenset(
    re.findall(
        r"\w+",
        """a an the all any each every no one some and or as at by for from in into of on off out
        over per to up via with without if is it its when""",
    )
)
_VERBS = frozenset(
    re.findall(
        r"\w+",
        """accept add aggregate allocate allow append apply ask assert assign attach authenticate
        authorize await begin bind block broadcast build calculate call cancel change check choose
        clean clear clone close collect combine compare compile complete compose compress compute
        configure confirm connect consume convert copy count create cut debug decide decode
        decompress decrease decrypt delete deliver deny derive describe deserialize destroy detach
        detect determine disable discard disconnect dispatch display divide download draw drop dump
        edit emit enable encode encrypt end ensure enter enumerate erase escape estimate evaluate
        exclude execute exit expand expire export extend extract fail fetch fill filter find finish
        fix flatten flush fold follow force format forward free freeze gather generate get give go
        grant grow guess handle hash hide identify ignore implement import include increase
        increment indent index infer init initialise initialize inject insert inspect install
        interpret invalidate invert invoke iterate join jump keep kill launch leave limit link list
        listen load locate lock log login logout lookup make map mark match measure merge migrate
        mock monitor mount move multiply normalise normalize notify observe obtain offer open
        optimise optimize order organise organize override pack pad parse pass patch pause peek
        perform pick ping place plan play poll pop populate post prepare prepend print process
        produce prompt propose provide prune publish pull purge push put query queue quit raise rank
        read rebuild receive record recover redirect reduce refresh refund refuse register reject
        release reload remove rename render reopen reorder repair repeat replace reply report
        request require reset resize resolve respond restart restore resume retrieve retry return
        reverse revert revoke rewrite roll rotate round run sanitise sanitize save scale scan
        schedule search seek select send serialize serve set setup show shrink shuffle shut simplify
        skip sleep slice solve sort spawn split stack start stop store strip subscribe substract
        subtract sum summarise summarize support suspend swap sync take terminate test throw toggle
        trace track train transfer transform translate traverse trigger trim truncate try turn
        undo unlock unpack unregister unsubscribe update upgrade upload use validate verify visit
        wait walk warn watch wrap write yield zip""",
    )
)
