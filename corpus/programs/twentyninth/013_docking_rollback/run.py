import logging

import hydra
import torch
from hydra.core.config_store import ConfigStore

from agent import TrainConf, TugAgent
from harbour import Harbour

ConfigStore.instance().store(name="tug", node=TrainConf)
log = logging.getLogger(__name__)


@hydra.main(version_base=None, config_name="tug")
def main(conf: TrainConf) -> None:
    torch.manual_seed(0)
    agent = TugAgent(conf, Harbour(conf.n_envs))
    smooth, best, bad = None, float("-inf"), 0
    for k in range(conf.updates):
        r = agent.update()
        smooth = r if smooth is None else 0.95 * smooth + 0.05 * r
        if k < 50:
            continue
        if smooth > best:
            best, bad = smooth, 0
            agent.store()
        elif smooth < best - conf.drop * abs(best):
            bad += 1
        if bad >= conf.patience:
            log.info("update %d: %.3f is far below %.3f, going back", k, smooth, best)
            agent.rollback()
            smooth, bad = best, 0
        if k % 100 == 0:
            log.info("update %d reward %.4f best %.4f", k, smooth, best)


if __name__ == "__main__":
    main()
