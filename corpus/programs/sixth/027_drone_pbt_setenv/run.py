import logging

import hydra
from omegaconf import DictConfig

from pbt.population import Squadron


@hydra.main(version_base=None, config_path=None)
def main(cfg: DictConfig) -> None:
    logging.basicConfig(level=logging.INFO)
    squad = Squadron(size=cfg.get("size", 10))
    champion = None
    for _ in range(cfg.get("seasons", 30)):
        champion = squad.season(cfg.get("steps", 4_800))
    champion.brain.save("champion.zip")


if __name__ == "__main__":
    main()
