import logging

import hydra
import torch
from omegaconf import DictConfig, OmegaConf

from swappo import Learner, RecurrentGaussianPolicy, VecRunner
from swappo.averaging import SWACycle

logger = logging.getLogger(__name__)


@hydra.main(version_base=None, config_path="conf", config_name="ppo_swa")
def main(cfg: DictConfig) -> float:
    logger.info("\n%s", OmegaConf.to_yaml(cfg))
    torch.manual_seed(cfg.seed)
    runner = VecRunner(cfg)
    policy = RecurrentGaussianPolicy(runner.obs_dim, runner.act_dim, cfg.hidden)
    runner.attach(policy)
    learner = Learner(policy, cfg.ppo)
    swa = SWACycle(policy, **cfg.swa)
    for it in range(cfg.iterations):
        batch = runner.collect()
        info = learner.step(batch)
        swa.after_update(it, learner)
        if it % 50 == 0:
            logger.info("it %d return %.1f kl %.4f", it, runner.mean_return, info["kl"])
            torch.save(policy.state_dict(), f"policy_{it:05d}.pt")
    return runner.mean_return


if __name__ == "__main__":
    main()
