import argparse

import yaml
from rl_games.common import env_configurations, vecenv
from rl_games.torch_runner import Runner

from fencing.env import FencersEnv


def register():
    env_configurations.register("fencers", {"vecenv_type": "RAY", "env_creator": lambda **kw: FencersEnv(**kw)})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-f", "--file", default="configs/fencers.yaml")
    parser.add_argument("-c", "--checkpoint", default=None)
    parser.add_argument("-p", "--play", action="store_true")
    args = vars(parser.parse_args())
    args["train"] = not args["play"]
    register()
    with open(args["file"]) as f:
        config = yaml.safe_load(f)
    runner = Runner()
    runner.load(config)
    runner.reset()
    runner.run(args)


if __name__ == "__main__":
    main()
