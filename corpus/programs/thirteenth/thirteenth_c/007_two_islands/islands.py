import argparse
import copy
from collections import deque

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env


class HideVelocity(gym.ObservationWrapper):
    def __init__(self, env):
        super().__init__(env)
        self.keep = [0, 1]
        low, high = env.observation_space.low[self.keep], env.observation_space.high[self.keep]
        self.observation_space = gym.spaces.Box(low, high, dtype=np.float32)

    def observation(self, obs):
        return obs[self.keep]


def build(seed, lr, log_dir):
    venv = make_vec_env("Pendulum-v1", n_envs=8, seed=seed, wrapper_class=HideVelocity)
    return RecurrentPPO(
        "MlpLstmPolicy",
        venv,
        learning_rate=lr,
        n_steps=256,
        batch_size=256,
        gamma=0.95,
        seed=seed,
        policy_kwargs=dict(lstm_hidden_size=64, n_lstm_layers=1),
        tensorboard_log=log_dir,
    )


def recent_return(model):
    if not model.ep_info_buffer:
        return -np.inf
    return float(np.mean([e["r"] for e in model.ep_info_buffer]))


def migrate(src, dst):
    dst.set_parameters(copy.deepcopy(src.get_parameters()), exact_match=True)
    dst.set_env(dst.get_env(), force_reset=True)
    dst.ep_info_buffer = deque(maxlen=100)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--islands", type=int, default=2)
    ap.add_argument("--chunk", type=int, default=50_000)
    ap.add_argument("--chunks", type=int, default=40)
    ap.add_argument("--margin", type=float, default=100.0)
    ap.add_argument("--logdir", default="tb/islands")
    args = ap.parse_args()

    models = [build(seed=11 * i, lr=lr, log_dir=args.logdir) for i, lr in zip(range(args.islands), (3e-4, 1e-3, 1e-4))]
    for k in range(args.chunks):
        for i, m in enumerate(models):
            m.learn(args.chunk, reset_num_timesteps=False, tb_log_name=f"island{i}")
        scores = [recent_return(m) for m in models]
        order = np.argsort(scores)
        best, worst = models[order[-1]], models[order[0]]
        print(f"chunk {k}: " + "  ".join(f"{s:.1f}" for s in scores))
        if scores[order[-1]] - scores[order[0]] > args.margin:
            print(f"  island {order[0]} takes the weights of island {order[-1]}")
            migrate(best, worst)
    for i, m in enumerate(models):
        m.save(f"island_{i}")


if __name__ == "__main__":
    main()
