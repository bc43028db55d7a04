import argparse
import queue

from feed import ModelThread, TickThread
from quoter import Quoter


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--model-url", default="http://trainer:8080/spread/latest")
    ap.add_argument("--symbols", nargs="+", default=["BTC-USD", "ETH-USD", "SOL-USD"])
    args = ap.parse_args()

    trades, models = queue.Queue(), queue.Queue()
    TickThread(args.symbols, trades).start()
    ModelThread(args.model_url, models).start()

    quoter = Quoter(args.symbols)
    quoter.install(models.get())
    n = 0
    while True:
        symbol, mid, side, size = trades.get()
        try:
            quoter.install(models.get_nowait())
            print("installed a new model after", n, "trades")
        except queue.Empty:
            pass
        quoter.on_trade(symbol, mid, side, size)
        n += 1
        if n % 1000 == 0:
            print(n, "pnl %.2f" % quoter.pnl())


if __name__ == "__main__":
    main()
