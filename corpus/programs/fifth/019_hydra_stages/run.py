import logging
from functools import partial
from pathlib import Path

import hydra
from omegaconf import DictConfig, OmegaConf
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import EvalCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.utils import set_random_seed

from gliders import Glider

log = logging.getLogger(__name__)


def envs_for(stage: DictConfig, n: int, seed: int):
    return make_vec_env(partial(Glider, wind=stage.wind), n_envs=n, seed=seed)


def evaluator(stage: DictConfig, out: Path, seed: int) -> EvalCallback:
    return EvalCallback(
        envs_for(stage, 2, seed + 500),
        best_model_save_path=str(out / f"{stage.name}_best"),
        n_eval_episodes=10,
        eval_freq=10_000,
        deterministic=True,
    )


@hydra.main(version_base=None, config_path="conf", config_name="config")
def main(cfg: DictConfig) -> float:
    log.info("\n%s", OmegaConf.to_yaml(cfg))
    set_random_seed(cfg.seed)
    out = Path(cfg.out)
    out.mkdir(exist_ok=True)

    kwargs = OmegaConf.to_container(cfg.algo, resolve=True)
    policy = kwargs.pop("policy")
    model = RecurrentPPO(policy, envs_for(cfg.stages[0], 8, cfg.seed), seed=cfg.seed, device=cfg.device, **kwargs)

    last = float("nan")
    for i, stage in enumerate(cfg.stages):
        log.info("stage %d: %s", i, stage.name)
        if i > 0:
            model.set_env(envs_for(stage, 8, cfg.seed + i))
        if stage.get("init_from"):
            log.info("starting from %s", stage.init_from)
            model.load(stage.init_from)
        callback = evaluator(stage, out, cfg.seed)
        model.learn(total_timesteps=stage.steps, callback=callback, reset_num_timesteps=True)
        model.save(out / f"{stage.name}_last")
        last = float(callback.last_mean_reward)
        log.info("stage %s ends at %.2f", stage.name, last)
    return last


if __name__ == "__main__":
    main()
