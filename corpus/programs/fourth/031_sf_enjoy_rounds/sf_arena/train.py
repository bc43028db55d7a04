import sys

from sample_factory.cfg.arguments import parse_full_cfg, parse_sf_args
from sample_factory.train import run_rl

from sf_arena.env import register


def main():
    register()
    parser, _ = parse_sf_args(sys.argv[1:])
    parser.set_defaults(use_rnn=True, rnn_type="gru", rnn_size=128, recurrence=32, rollout=32, num_workers=8)
    return run_rl(parse_full_cfg(parser))


if __name__ == "__main__":
    sys.exit(main())
