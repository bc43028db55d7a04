import argparse
import logging

from curriculum.school import School

if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("folder")
    ap.add_argument("--n-envs", type=int, default=8)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    school = School(args.folder, args.n_envs, args.seed, n_steps=128, batch_size=256, ent_coef=0.01, verbose=0)
    school.run().save(f"{args.folder}/graduate")
