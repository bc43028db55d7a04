import argparse
import collections

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize

from dog_bridge import DogEnv


def walk(model, env, trials):
    obs = env.reset()
    lstm_states = None
    first = np.array([True])
    finished, total, steps, late = 0, 0.0, 0, 0
    history = collections.defaultdict(list)
    while finished < trials:
        action, lstm_states = model.predict(obs, state=lstm_states, episode_start=first, deterministic=True)
        obs, rewards, dones, infos = env.step(action)
        total += rewards[0]
        steps += 1
        late += infos[0]["late"]
        if dones[0]:
            finished += 1
            history["reward"].append(total)
            history["steps"].append(steps)
            history["late"].append(late / steps)
            print(f"trial {finished}: {total:.1f} in {steps} steps, {100 * late / steps:.1f}% late")
            total, steps, late = 0.0, 0, 0
    return history


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("model")
    ap.add_argument("--stats", default="vecnormalize.pkl")
    ap.add_argument("--port", default="/dev/ttyUSB0")
    ap.add_argument("--trials", type=int, default=5)
    ap.add_argument("--seconds", type=int, default=60)
    args = ap.parse_args()

    env = DummyVecEnv([lambda: DogEnv(args.port, args.seconds)])
    env = VecNormalize.load(args.stats, env)
    env.training, env.norm_reward = False, False
    model = RecurrentPPO.load(args.model, device="cpu")
    history = walk(model, env, args.trials)
    for k, v in history.items():
        print(f"{k:>8s}: {np.mean(v):.2f} +- {np.std(v):.2f}")
    env.close()


if __name__ == "__main__":
    main()
