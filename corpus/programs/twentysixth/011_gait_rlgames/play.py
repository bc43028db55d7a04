import sys

import yaml
from rl_games.common import env_configurations
from rl_games.torch_runner import Runner

from gait_player import GaitPlayer
from quad_sim import QuadSim

env_configurations.register("quad_sim", {
    "vecenv_type": "RAY",
    "env_creator": lambda **kwargs: QuadSim(**kwargs),
})


def main(path):
    with open(path) as f:
        config = yaml.safe_load(f)
    config["params"]["config"]["player"]["gaits"] = {
        "flat": "runs/flat/nn/quad_flat.pth",
        "slope": "runs/slope/nn/quad_slope.pth",
        "rubble": "runs/rubble/nn/quad_rubble.pth",
    }
    runner = Runner()
    runner.player_factory.register_builder("a2c_continuous", lambda **kwargs: GaitPlayer(**kwargs))
    runner.load(config)
    runner.create_player().run()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "quad_lstm.yaml")
