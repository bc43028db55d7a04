"""Watch a Sample Factory experiment while it trains.

    python spectate.py --env=doom_battle --experiment=battle_gru --train_dir=./train_dir
"""
import sys
import time
from collections import deque
from pathlib import Path

import numpy as np
import torch
from sample_factory.algo.learning.learner import Learner
from sample_factory.algo.sampling.batched_sampling import preprocess_actions
from sample_factory.algo.utils.env_info import extract_env_info
from sample_factory.algo.utils.make_env import make_env_func_batched
from sample_factory.algo.utils.tensor_dict import TensorDict
from sample_factory.cfg.arguments import load_from_checkpoint, parse_full_cfg, parse_sf_args
from sample_factory.model.actor_critic import create_actor_critic
from sample_factory.model.model_utils import get_rnn_size
from sample_factory.utils.attr_dict import AttrDict
from sample_factory.utils.utils import log
from sf_examples.vizdoom.train_vizdoom import register_vizdoom_components
from sf_examples.vizdoom.doom.doom_params import add_doom_env_args, doom_override_defaults

LOOK_EVERY = 900  # frames


def parse(argv=None):
    parser, _ = parse_sf_args(argv, evaluation=True)
    add_doom_env_args(parser)
    doom_override_defaults(parser)
    parser.add_argument("--max_minutes", type=float, default=60.0)
    return load_from_checkpoint(parse_full_cfg(parser, argv))


def checkpoint_of(cfg):
    name = Learner.get_checkpoints(Learner.checkpoint_dir(cfg, 0), "checkpoint_*")
    return Path(name[-1]) if name else None


def take(actor_critic, path, device):
    ckpt = Learner.load_checkpoint([str(path)], device)
    actor_critic.load_state_dict(ckpt["model"])
    log.info("now at env step %d (%s)", ckpt["env_steps"], path.name)
    return path


def spectate(cfg):
    cfg.num_envs = 1
    cfg.use_rnn, cfg.rnn_type = True, "gru"
    device = torch.device("cpu" if cfg.device == "cpu" else "cuda")
    env = make_env_func_batched(cfg, env_config=AttrDict(worker_index=0, vector_index=0, env_id=0), render_mode="human")
    env_info = extract_env_info(env, cfg)

    actor_critic = create_actor_critic(cfg, env.observation_space, env.action_space)
    actor_critic.eval()
    actor_critic.model_to_device(device)
    shown = take(actor_critic, checkpoint_of(cfg), device)

    obs, _ = env.reset()
    rnn_states = torch.zeros([env.num_agents, get_rnn_size(cfg)], dtype=torch.float32, device=device)
    score = np.zeros(env.num_agents)
    recent = deque(maxlen=50)
    frame, stop_at = 0, time.time() + 60 * cfg.max_minutes

    with torch.no_grad():
        while time.time() < stop_at:
            frame += 1
            if frame % LOOK_EVERY == 0:
                latest = checkpoint_of(cfg)
                if latest is not None and latest != shown:
                    shown = take(actor_critic, latest, device)

            normalized = actor_critic.normalize_obs(TensorDict(obs))
            out = actor_critic(normalized, rnn_states)
            rnn_states = out["new_rnn_states"]
            actions = preprocess_actions(env_info, out["actions"])
            obs, rew, terminated, truncated, infos = env.step(actions)

            score += rew.cpu().numpy() if torch.is_tensor(rew) else rew
            dones = torch.as_tensor(terminated | truncated).cpu().numpy()
            for i in np.flatnonzero(dones):
                rnn_states[i] = torch.zeros([get_rnn_size(cfg)], dtype=torch.float32, device=device)
                recent.append(score[i])
                score[i] = 0.0
                log.info("episode over, mean of %d: %.2f", len(recent), float(np.mean(recent)))
    env.close()


def main():
    register_vizdoom_components()
    spectate(parse())
    return 0


if __name__ == "__main__":
    sys.exit(main())
