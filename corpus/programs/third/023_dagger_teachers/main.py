import argparse
import glob
import logging

import gymnasium as gym
import torch

from distill.dagger import Dagger
from distill.nets import Recurrent, Student
from distill.teachers import TeacherRoom


def main():
    p = argparse.ArgumentParser()
    p.add_argument("teachers", help="glob of teacher checkpoints")
    p.add_argument("--env", default="BipedalWalker-v3")
    p.add_argument("--num-envs", type=int, default=16)
    p.add_argument("--horizon", type=int, default=48)
    p.add_argument("--iterations", type=int, default=2000)
    p.add_argument("--epochs", type=int, default=16)
    p.add_argument("--minibatch", type=int, default=32)
    p.add_argument("--beta-iters", type=int, default=500)
    p.add_argument("--change-every", type=int, default=10)
    p.add_argument("--full-restart-every", type=int, default=100)
    p.add_argument("--capacity", type=int, default=5000)
    p.add_argument("--lr", type=float, default=3e-4)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--device", default="cpu")
    cfg = p.parse_args()
    logging.basicConfig(level=logging.INFO)
    torch.manual_seed(cfg.seed)
    envs = gym.make_vec(cfg.env, num_envs=cfg.num_envs)
    n_obs, n_act = envs.single_observation_space.shape[0], envs.single_action_space.shape[0]
    room = TeacherRoom(Recurrent(n_obs, n_act), sorted(glob.glob(cfg.teachers)), cfg.device)
    Dagger(envs, Student(n_obs, n_act).to(cfg.device), room, cfg).run()


if __name__ == "__main__":
    main()
