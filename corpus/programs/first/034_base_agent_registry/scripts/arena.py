import argparse

from rlkit2.arena import Arena
from connect_x import ConnectX

ap = argparse.ArgumentParser()
ap.add_argument("--agents", nargs=2, default=["gru", "mlp"])
ap.add_argument("--ckpts", nargs=2, required=True)
ap.add_argument("--games", type=int, default=10_000)
args = ap.parse_args()
print(Arena(ConnectX(), args.agents, args.ckpts).play(args.games))
