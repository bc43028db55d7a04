import sys
import time
from pathlib import Path

import numpy as np
import torch
from sample_factory.algo.learning.learner import Learner
from sample_factory.algo.utils.make_env import make_env_func_batched
from sample_factory.algo.utils.rl_utils import prepare_and_normalize_obs
from sample_factory.cfg.arguments import load_from_checkpoint, parse_full_cfg, parse_sf_args
from sample_factory.model.actor_critic import create_actor_critic
from sample_factory.model.model_utils import get_rnn_size
from sample_factory.utils.attr_dict import AttrDict
from sample_factory.utils.utils import log

from .envs import register_doom_components


def policy_checkpoints(cfg, policy_id):
    return Learner.get_checkpoints(Learner.checkpoint_dir(cfg, policy_id), "checkpoint_*")


def load_latest(actor_critic, cfg, device, current=None):
    files = policy_checkpoints(cfg, cfg.policy_index)
    if not files or files[-1] == current:
        return current
    ckpt = Learner.load_checkpoint(files[-1:], device)
    actor_critic.load_state_dict(ckpt["model"])
    log.info("loaded %s", files[-1])
    return files[-1]


def enjoy(cfg):
    cfg = load_from_checkpoint(cfg)
    cfg.num_envs = 1
    env = make_env_func_batched(cfg, env_config=AttrDict(worker_index=0, vector_index=0, env_id=0), render_mode="human")
    device = torch.device("cpu" if cfg.device == "cpu" else "cuda")
    ac = create_actor_critic(cfg, env.observation_space, env.action_space)
    ac.eval()
    ac.model_to_device(device)
    current = load_latest(ac, cfg, device)
    rnn_states = torch.zeros([env.num_agents, get_rnn_size(cfg)], dtype=torch.float32, device=device)
    obs, _ = env.reset()
    t, ep_rew = time.time(), np.zeros(env.num_agents)
    with torch.no_grad():
        while True:
            if time.time() - t > 30:
                t = time.time()
                current = load_latest(ac, cfg, device, current)
            nobs = prepare_and_normalize_obs(ac, obs)
            out = ac(nobs, rnn_states)
            actions = out["actions"]
            rnn_states = out["new_rnn_states"]
            obs, rew, term, trunc, infos = env.step(actions)
            ep_rew += rew.cpu().numpy()
            for i, d in enumerate(term | trunc):
                if d:
                    log.info("agent %d: %.2f", i, ep_rew[i])
                    ep_rew[i] = 0
                    rnn_states[i] = torch.zeros([get_rnn_size(cfg)], dtype=torch.float32, device=device)


def main():
    register_doom_components()
    parser, _ = parse_sf_args(evaluation=True)
    cfg = parse_full_cfg(parser)
    enjoy(cfg)


if __name__ == "__main__":
    sys.exit(main())
