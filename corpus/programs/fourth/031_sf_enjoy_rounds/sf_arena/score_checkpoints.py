"""
Scores every checkpoint of an experiment in one go, with one actor-critic and one
vector env that is never restarted (episodes end on their own).

    python -m sf_arena.score_checkpoints --env=lightkeeper-6 --experiment=lk6 --train_dir=./train_dir
"""
import sys
from pathlib import Path

import numpy as np
import torch
from sample_factory.algo.learning.learner import Learner
from sample_factory.algo.utils.action_distributions import argmax_actions
from sample_factory.algo.utils.env_info import extract_env_info
from sample_factory.algo.utils.make_env import make_env_func_batched
from sample_factory.algo.utils.rl_utils import prepare_and_normalize_obs
from sample_factory.cfg.arguments import load_from_checkpoint, parse_full_cfg, parse_sf_args
from sample_factory.model.actor_critic import create_actor_critic
from sample_factory.model.model_utils import get_rnn_size
from sample_factory.utils.attr_dict import AttrDict

from sf_arena.env import register

STEPS = 2000


def play(actor_critic, env, obs, rnn_states, cfg, steps):
    """Mean reward per step over `steps`, and where it left off."""
    total = 0.0
    with torch.no_grad():
        for _ in range(steps):
            normalized = prepare_and_normalize_obs(actor_critic, obs)
            out = actor_critic(normalized, rnn_states)
            actions = argmax_actions(actor_critic.action_distribution())
            rnn_states = out["new_rnn_states"]
            obs, rew, terminated, truncated, _ = env.step(actions)
            total += float(rew.mean())
            dones = torch.logical_or(terminated, truncated)
            rnn_states[dones] = 0.0
    return total / steps, obs


def main():
    register()
    parser, _ = parse_sf_args(sys.argv[1:], evaluation=True)
    cfg = load_from_checkpoint(parse_full_cfg(parser))
    cfg.num_envs = 32
    device = torch.device("cpu")
    env = make_env_func_batched(cfg, env_config=AttrDict(worker_index=0, vector_index=0, env_id=0))
    extract_env_info(env, cfg)
    actor_critic = create_actor_critic(cfg, env.observation_space, env.action_space)
    actor_critic.eval()
    actor_critic.model_to_device(device)

    obs, _ = env.reset()
    rows = []
    for file in Learner.get_checkpoints(Learner.checkpoint_dir(cfg, 0), "checkpoint_*"):
        checkpoint = Learner.load_checkpoint([file], device)
        actor_critic.load_state_dict(checkpoint["model"])
        rnn_states = torch.zeros([env.num_agents, get_rnn_size(cfg)], dtype=torch.float32, device=device)
        score, obs = play(actor_critic, env, obs, rnn_states, cfg, STEPS)
        rows.append((checkpoint["env_steps"], score))
        print(f"{Path(file).name}: {score:.3f}")
    np.savetxt("scores.csv", rows, delimiter=",", header="env_steps,score")
    env.close()


if __name__ == "__main__":
    main()
