import argparse
import logging

from team.service import FieldService

if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--n-agents", type=int, default=3)
    ap.add_argument("--n-fields", type=int, default=16)
    ap.add_argument("--rnn-hidden-dim", type=int, default=64)
    ap.add_argument("--orders", default="orders.json")
    ap.add_argument("--check-every", type=int, default=20)
    ap.add_argument("--ticks", type=int, default=10_000_000)
    logging.basicConfig(level=logging.INFO)
    FieldService(ap.parse_args()).serve()
