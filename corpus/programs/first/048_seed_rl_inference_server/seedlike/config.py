import argparse


def get_flags():
    p = argparse.ArgumentParser()
    p.add_argument("--num_actors", type=int, default=64)
    p.add_argument("--inference_batch", type=int, default=16)
    p.add_argument("--unroll", type=int, default=32)
    p.add_argument("--refresh", type=int, default=50)
    p.add_argument("--lr", type=float, default=2e-4)
    return p.parse_args()
