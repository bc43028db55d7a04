"""Paper trading bot: `python bot.py --symbols BTCUSDT ETHUSDT --models /srv/models`."""
import argparse
import asyncio
import logging

from tradebot.brain import Brain
from tradebot.feed import candles
from tradebot.orders import PaperBroker
from tradebot.watch import ModelWatcher


async def trade(symbol: str, brain: Brain, broker: PaperBroker) -> None:
    async for candle in candles(symbol, interval="1m"):
        if candle.is_first_of_session:
            brain.open_session(symbol)
        target = brain.target_position(symbol, candle.features())
        await broker.move_to(symbol, target, candle.close)


async def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--symbols", nargs="+", required=True)
    ap.add_argument("--models", required=True)
    ap.add_argument("--poll", type=float, default=60.0)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")

    brain = Brain(hidden=64)
    watcher = ModelWatcher(args.models, brain, args.poll)
    await watcher.first()
    broker = PaperBroker(cash=100_000)
    async with asyncio.TaskGroup() as tg:
        tg.create_task(watcher.run())
        for symbol in args.symbols:
            tg.create_task(trade(symbol, brain, broker))


if __name__ == "__main__":
    asyncio.run(main())
