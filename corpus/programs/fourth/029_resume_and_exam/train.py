import argparse
from pathlib import Path

import yaml

from maze.trainer import Trainer


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("config", type=Path)
    parser.add_argument("--resume", type=Path, default=None)
    parser.add_argument("--encoder", type=Path, default=None, help="a pretrained encoder")
    args = parser.parse_args()
    config = yaml.safe_load(args.config.read_text())
    trainer = Trainer(config, run_dir=Path("runs") / args.config.stem)
    if args.encoder is not None:
        trainer.load_encoder(args.encoder)
    trainer.fit(resume=args.resume)


if __name__ == "__main__":
    main()
