import argparse

import yaml
from rl_games.common import env_configurations, vecenv
from rl_games.torch_runner import Runner

from touring_player import TouringPlayer


def register_arms():
    from arms_sim import ArmsVecEnv  # vendor's simulator

    vecenv.register("ARMS", lambda name, num_actors, **kw: ArmsVecEnv(num_actors, **kw))
    env_configurations.register("arms", {"vecenv_type": "ARMS", "env_creator": lambda **kw: ArmsVecEnv(1, **kw)})


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--cfg", default="arms_lstm.yaml")
    ap.add_argument("--hours", type=float, default=8)
    args = ap.parse_args()
    with open(args.cfg) as f:
        cfg = yaml.safe_load(f)
    cfg["params"]["config"].setdefault("player", {}).setdefault("tour", {})["hours"] = args.hours
    register_arms()
    runner = Runner()
    runner.player_factory.register_builder("a2c_continuous", lambda **kw: TouringPlayer(**kw))
    runner.load(cfg)
    player = runner.create_player()
    player.run()
