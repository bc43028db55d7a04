import argparse
import signal
import sys

from follow.brain import Follower
from follow.maze import TMaze
from follow.report import CsvLog, PerVersion
from follow.store import CheckpointDir


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("folder")
    ap.add_argument("--length", type=int, default=30)
    ap.add_argument("--limit", type=int, default=300)
    ap.add_argument("--check", type=int, default=20)
    ap.add_argument("--temperature", type=float, default=1.0)
    ap.add_argument("--csv", default="watch.csv")
    args = ap.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

    env = TMaze(length=args.length, time_limit=args.limit)
    follower = Follower(CheckpointDir(args.folder), env.obs_dim, env.n_actions)
    log, per = CsvLog(args.csv), PerVersion()
    obs, total, length, episode, ticks = env.reset(), 0.0, 0, 0, 0
    mixed = False
    while True:
        ticks += 1
        if ticks % args.check == 0:
            if follower.catch_up():
                print(f"version {follower.version} at tick {ticks}")
                follower.clear()
                mixed = length > 0
        action = follower.act(obs, args.temperature)
        obs, reward, terminated, truncated, _ = env.step(action)
        total += reward
        length += 1
        if terminated or truncated:
            episode += 1
            if not mixed:
                per.add(str(follower.version), total)
            log.write(episode=episode, ret=total, length=length, version=str(follower.version), mixed=mixed)
            if episode % 20 == 0:
                print(per.table())
            obs, total, length, mixed = env.reset(), 0.0, 0, False
            follower.clear()


if __name__ == "__main__":
    main()
