import argparse
import json
import logging
from functools import lru_cache
from pathlib import Path

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO

logger = logging.getLogger(__name__)


@lru_cache(maxsize=4)
def get_model(path: str):
    logger.info("loading %s", path)
    return RecurrentPPO.load(path, device="cpu")


def run_episode(env, model, seed, max_steps=5_000):
    obs, info = env.reset(seed=seed)
    lstm_states = None
    num_envs = 1
    episode_starts = np.ones((num_envs,), dtype=bool)
    trace = {"reward": [], "action": []}
    for t in range(max_steps):
        action, lstm_states = model.predict(obs, state=lstm_states, episode_start=episode_starts, deterministic=True)
        obs, reward, terminated, truncated, info = env.step(action)
        trace["reward"].append(float(reward))
        trace["action"].append(np.asarray(action).tolist())
        if terminated or truncated:
            break
    return trace


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--model", required=True)
    ap.add_argument("--env", default="CarRacing-v3")
    ap.add_argument("--episodes", type=int, default=10)
    ap.add_argument("--out", type=Path, default=Path("traces"))
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    args.out.mkdir(parents=True, exist_ok=True)
    env = gym.make(args.env)
    totals = []
    for ep in range(args.episodes):
        tr = run_episode(env, get_model(args.model), seed=1000 + ep)
        totals.append(sum(tr["reward"]))
        (args.out / f"ep{ep:03d}.json").write_text(json.dumps(tr))
        logger.info("episode %d: %.1f", ep, totals[-1])
    logger.info("mean %.2f std %.2f", np.mean(totals), np.std(totals))


if __name__ == "__main__":
    main()
