import argparse
import logging
import time
from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor

from showcase.envs import ScentHunt
from showcase.frames import Filmstrip
from showcase.stats import Board

log = logging.getLogger("showcase")


def find_models(folder):
    models = sorted(Path(folder).glob("**/*.zip"), key=lambda p: p.stat().st_mtime)
    if not models:
        raise SystemExit(f"no models below {folder}")
    return models


def run(path, venv, args, board, strip):
    model = RecurrentPPO.load(path, device=args.device)
    model.policy.set_training_mode(False)
    obs = venv.reset()
    lstm_states = None
    starts = np.ones((venv.num_envs,), dtype=bool)
    episodes = 0
    ticks = 0
    began = time.time()
    while episodes < args.episodes:
        actions, lstm_states = model.predict(
            obs,
            state=lstm_states,
            episode_start=starts,
            deterministic=args.deterministic,
        )
        obs, rewards, dones, infos = venv.step(actions)
        ticks += venv.num_envs
        if strip is not None:
            strip.add(venv.envs[0].render())
        for done, info in zip(dones, infos):
            if done:
                episodes += 1
                board.episode(path.stem, info["episode"]["r"], info["episode"]["l"], info.get("caught", False))
        if args.slow:
            time.sleep(args.slow)
    log.info("%s: %d episodes at %.0f fps", path.name, episodes, ticks / (time.time() - began))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("folder")
    ap.add_argument("--episodes", type=int, default=50)
    ap.add_argument("--n-envs", type=int, default=6)
    ap.add_argument("--size", type=int, default=10)
    ap.add_argument("--prey-speed", type=float, default=0.4)
    ap.add_argument("--device", default="cpu")
    ap.add_argument("--deterministic", action="store_true")
    ap.add_argument("--gif", default=None)
    ap.add_argument("--slow", type=float, default=0.0)
    ap.add_argument("--newest", type=int, default=5)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    venv = VecMonitor(
        DummyVecEnv([lambda: ScentHunt(size=args.size, prey_speed=args.prey_speed) for _ in range(args.n_envs)])
    )
    venv.envs = venv.venv.envs
    board = Board()
    for path in find_models(args.folder)[-args.newest :]:
        strip = Filmstrip(f"{args.gif}_{path.stem}.gif") if args.gif else None
        run(path, venv, args, board, strip)
        if strip is not None:
            strip.write()
    for line in board.lines():
        print(line)


if __name__ == "__main__":
    main()
