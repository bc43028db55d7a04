import argparse

import racegym  # noqa: F401  (registers the environments)
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecFrameStack

from laptimes.measure import LapTimer, by_track
from laptimes.models import load_recurrent


def main() -> None:
    ap = argparse.ArgumentParser(description="Lap times of recurrent drivers")
    ap.add_argument("models", nargs="+")
    ap.add_argument("--laps", type=int, default=200)
    ap.add_argument("--envs", type=int, default=10)
    ap.add_argument("--frame-stack", type=int, default=0)
    args = ap.parse_args()
    for path in args.models:
        venv = make_vec_env("RaceMix-v2", n_envs=args.envs, seed=99)
        if args.frame_stack:
            venv = VecFrameStack(venv, args.frame_stack)
        timer = LapTimer(load_recurrent(path), venv)
        print(path)
        for track, row in by_track(timer.run(args.laps)).items():
            print(f"  {track:14} {row['laps']:4d} laps {row['crashes']:3d} crashes best {row['best']:7.2f} mean {row['mean']:7.2f}")
        venv.close()


if __name__ == "__main__":
    main()
