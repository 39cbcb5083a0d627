"""A worker process of the indexer: reads, looks up, parses, extracts; answers on stdout.

It ends at the end of its input, so it never outlives the process that started it.
"""

from __future__ import annotations

from functools import partial

from redline.adapters import grammars
from redline.adapters.index.cache import FactsCache
from redline.adapters.index.files import extracted
from redline.adapters.index.pipe import answers, received, send
from redline.adapters.index.wire import Ready, encode, request_of


def main() -> None:
    """Answers requests until the input ends."""
    out = answers()
    languages = grammars.load(worker=True)
    caches: dict[str, FactsCache] = {}
    send(out, encode(Ready()))
    while (body := received()) is not None:
        request = request_of(body)
        place = request.cache
        if place not in caches:
            caches[place] = FactsCache(partial(str, place))
        send(out, encode(extracted(languages, request, caches[place])))


if __name__ == "__main__":
    main()
