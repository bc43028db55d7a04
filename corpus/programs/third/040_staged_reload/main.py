import argparse
import logging

from stagedlander.school import School
from stagedlander.stages import read

if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--stages", default="stages.yaml")
    ap.add_argument("--root", default="school")
    ap.add_argument("--envs", type=int, default=8)
    ap.add_argument("--threshold", type=float, default=220.0)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    School(read(args.stages), args.root, args.envs, args.threshold).teach()
