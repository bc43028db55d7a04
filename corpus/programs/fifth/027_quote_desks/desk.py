"""Reads ticks (json lines) on stdin and writes quotes on stdout."""
import json
import logging
import sys
from pathlib import Path

import click

from quoting.book import QuoteBook
from quoting.registry import Registry

log = logging.getLogger("desk")


@click.command(help=__doc__)
@click.argument("root", type=click.Path(exists=True, path_type=Path))
@click.option("--symbol", "symbols", multiple=True, required=True)
@click.option("--check-every", default=5_000, show_default=True, help="ticks between looks at the registry")
@click.option("--tick-size", default=0.01)
def main(root: Path, symbols: tuple[str, ...], check_every: int, tick_size: float) -> None:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    book = QuoteBook(Registry(root), list(symbols))
    day = None
    for n, line in enumerate(sys.stdin, 1):
        tick = json.loads(line)
        if tick["day"] != day:
            day = tick["day"]
            book.open_session()
        if n % check_every == 0:
            for s in symbols:
                if book.promote(s):
                    log.info("%s now runs version %d", s, book.live[s].version)
        if tick["symbol"] not in symbols:
            continue
        q = book.quote(tick["symbol"], tick["features"], tick["mid"], tick_size)
        print(json.dumps({"symbol": tick["symbol"], "bid": round(q.bid, 4), "ask": round(q.ask, 4)}), flush=True)


if __name__ == "__main__":
    main()
