import argparse

import yaml
from rl_games.torch_runner import Runner

from shadow.player import ShadowPlayer


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--config", default="configs/hexapod_lstm.yaml")
    ap.add_argument("--nn-dir", required=True)
    args = ap.parse_args()
    with open(args.config) as fh:
        config = yaml.safe_load(fh)
    config["params"]["config"]["shadow"] = {"nn_dir": args.nn_dir, "every": 200}
    runner = Runner()
    runner.player_factory.register_builder("a2c_continuous", lambda **kw: ShadowPlayer(**kw))
    runner.load(config)
    runner.run({"train": False, "play": True})


if __name__ == "__main__":
    main()
