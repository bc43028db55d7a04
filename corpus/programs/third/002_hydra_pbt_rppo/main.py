import hydra
from omegaconf import DictConfig

from popt import Population


@hydra.main(version_base=None, config_path="conf", config_name="config")
def main(cfg: DictConfig) -> None:
    Population(cfg).run()


if __name__ == "__main__":
    main()
