import argparse

import yaml
from rl_games.torch_runner import Runner

from stage import StagePlayer


def build_runner(cfg):
    runner = Runner()
    runner.player_factory.register_builder("stage_player", lambda **kw: StagePlayer(**kw))
    cfg["params"]["algo"]["name"] = "stage_player"
    runner.load(cfg)
    return runner


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("config")
    ap.add_argument("playlist")
    ap.add_argument("--fps", type=int, default=60)
    ap.add_argument("--quiet", action="store_true")
    args = ap.parse_args()
    with open(args.config) as fh:
        cfg = yaml.safe_load(fh)
    cfg["params"]["config"]["stage"] = {"playlist": args.playlist, "fps": args.fps, "caption": not args.quiet}
    player = build_runner(cfg).create_player()
    player.run()


if __name__ == "__main__":
    main()
