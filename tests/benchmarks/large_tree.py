"""A large workspace as such look: many small files in Python, JavaScript and Go, from a seed."""

from __future__ import annotations

import random
from pathlib import Path

SYLLABLES = tuple(f"{hard}{soft}" for hard in "bdfgklmnprstvz" for soft in "aeiou")
AREAS = ("api", "auth", "billing", "cart", "core", "data", "events", "jobs", "users", "views")
KINDS = (("py", 5), ("js", 3), ("go", 2))
FOLDER_FILES = 40


def path_of(number: int) -> Path:
    """Where the file of a number is: some forty in a folder, five folders deep."""
    folder = number // FOLDER_FILES
    area, part = AREAS[folder % len(AREAS)], folder // len(AREAS)
    kind = random.Random(number).choices(*zip(*KINDS, strict=True))[0]
    return Path(f"{area}/team{part % 17}/service{part // 17}/src/file{number}.{kind}")


def text_of(number: int, seed: int, edition: int = 0) -> str:
    """The text of a file; no other file, and no other edition, defines its `unique` name."""
    chance = random.Random(f"{seed} {number} {edition}")
    words = [_word(chance) for _ in range(14)]
    kind = path_of(number).suffix
    parts = {".py": _python, ".js": _javascript, ".go": _go}[kind](words)
    return parts.replace("UNIQUE", unique(number, edition))


def unique(number: int, edition: int = 0) -> str:
    """The name that only this edition of a file defines."""
    return f"only{number}in{edition}"


def write(root: Path, files: int, seed: int) -> None:
    """All files, in `root`."""
    for number in range(files):
        path = root / path_of(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text_of(number, seed))


def _word(chance: random.Random) -> str:
    """Few words are everywhere, most are rare."""
    size = 2 if chance.random() < 0.6 else 4
    return "".join(chance.choice(SYLLABLES) for _ in range(size))


def _python(w: list[str]) -> str:
    return f'''"""The {w[0]} of {w[1]}, {w[2]} included."""

import {w[3]}
from {w[4]}.{w[5]} import {w[6].title()}


class {w[7].title()}({w[6].title()}):
    """Keeps {w[8]}."""

    limit_{w[9]} = 10

    def {w[10]}(self, {w[11]}, {w[12]}=None):
        # {w[13]} comes first
        for each in {w[11]}:
            if each.{w[8]} > self.limit_{w[9]}:
                return {w[3]}.{w[0]}(each, "{w[1]}")
        return self.{w[13]}({w[12]})

    def {w[13]}(self, {w[12]}):
        return [{w[12]}, {w[3]}.{w[2]}]


def UNIQUE({w[0]}, {w[1]}):
    found = {w[7].title()}()
    return found.{w[10]}({w[0]}, {w[1]})
'''


def _javascript(w: list[str]) -> str:
    return f"""// The {w[0]} of {w[1]}
import {{ {w[3]}, {w[4]} }} from "../{w[5]}/{w[6]}.js";

export class {w[7].title()} extends {w[4]} {{
  constructor({w[8]}) {{
    super({w[8]});
    this.{w[9]} = {w[8]}.{w[10]};
  }}

  {w[10]}({w[11]}, {w[12]}) {{
    return {w[11]}.map((each) => {w[3]}(each, this.{w[9]}, "{w[13]}"));
  }}
}}

export function UNIQUE({w[0]}) {{
  const {w[1]} = new {w[7].title()}({w[0]});
  return {w[1]}.{w[10]}({w[0]}.{w[2]}, {w[13]});
}}

const {w[13]} = ({w[12]}) => {w[12]} + 1;
"""


def _go(w: list[str]) -> str:
    return f"""// Package {w[0]} keeps {w[1]}.
package {w[0]}

import (
	"fmt"

	"example.org/{w[2]}/{w[3]}"
)

// {w[4].title()} holds {w[5]}.
type {w[4].title()} struct {{
	{w[5].title()} int
	{w[6].title()} string
}}

func (self *{w[4].title()}) {w[7].title()}({w[8]} int) (string, error) {{
	if {w[8]} > self.{w[5].title()} {{
		return "", fmt.Errorf("{w[9]} %d", {w[8]})
	}}
	return {w[3]}.{w[10].title()}(self.{w[6].title()}), nil
}}

func UNIQUE({w[11]} []*{w[4].title()}) int {{
	total := 0
	for _, {w[12]} := range {w[11]} {{
		total += {w[12]}.{w[5].title()}
	}}
	return total
}}
"""
