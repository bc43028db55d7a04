import os
import random

import hydra
import numpy as np
from omegaconf import DictConfig
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import SubprocVecEnv

from gravel import GravelRally


def new_member(cfg: DictConfig, idx: int):
    env = make_vec_env(GravelRally, n_envs=cfg.n_envs, seed=1000 * idx, vec_env_cls=SubprocVecEnv)
    return RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=cfg.n_steps,
        batch_size=cfg.n_steps,
        learning_rate=float(np.exp(np.random.uniform(np.log(5e-5), np.log(1e-3)))),
        ent_coef=float(np.exp(np.random.uniform(np.log(1e-4), np.log(2e-2)))),
        policy_kwargs=dict(lstm_hidden_size=cfg.lstm),
        tensorboard_log=f"tb/member_{idx}",
    )


def fitness(model):
    returns = [ep["r"] for ep in model.ep_info_buffer]
    return float(np.mean(returns)) if returns else float("-inf")


def exploit_and_explore(models, scores, frac):
    order = np.argsort(scores)
    n = max(1, int(len(models) * frac))
    for bad in order[:n]:
        good = int(random.choice(order[-n:]))
        path = f"members/{good}.zip"
        models[bad].set_parameters(path)
        models[bad].ent_coef = models[good].ent_coef * random.choice([0.8, 1.2])
        models[bad].learning_rate = models[good].learning_rate * random.choice([0.8, 1.2])
        models[bad]._setup_lr_schedule()
        models[bad].ep_info_buffer.clear()
        print(f"   {bad} ({scores[bad]:.1f}) <- {good} ({scores[good]:.1f})")


@hydra.main(version_base=None, config_path=".", config_name="pbt")
def main(cfg: DictConfig):
    random.seed(cfg.seed)
    np.random.seed(cfg.seed)
    os.makedirs("members", exist_ok=True)
    models = [new_member(cfg, i) for i in range(cfg.population)]
    for gen in range(cfg.generations):
        for i, m in enumerate(models):
            m.learn(cfg.interval, reset_num_timesteps=False, tb_log_name="pbt")
            m.save(f"members/{i}.zip")
        scores = [fitness(m) for m in models]
        print(f"generation {gen}:", " ".join(f"{s:.1f}" for s in scores))
        if gen < cfg.generations - 1:
            exploit_and_explore(models, scores, cfg.frac)
    models[int(np.argmax(scores))].save("gravel_champion")


if __name__ == "__main__":
    main()
