"""Watch a running Sample Factory experiment: play with the newest checkpoint while training goes on.

    python follow_training.py --algo=APPO --env=doom_health_gathering --experiment=hg_lstm \
        --use_rnn=True --refresh_frames=2000
"""
import sys
import time
from collections import deque

import numpy as np
import torch
from sample_factory.algo.learning.learner import Learner
from sample_factory.algo.sampling.batched_sampling import preprocess_actions
from sample_factory.algo.utils.env_info import extract_env_info
from sample_factory.algo.utils.make_env import make_env_func_batched
from sample_factory.cfg.arguments import load_from_checkpoint, parse_full_cfg, parse_sf_args
from sample_factory.model.actor_critic import create_actor_critic
from sample_factory.model.model_utils import get_rnn_size
from sample_factory.utils.attr_dict import AttrDict
from sample_factory.utils.utils import log
from sf_examples.vizdoom.doom.doom_params import add_doom_env_args, doom_override_defaults
from sf_examples.vizdoom.train_vizdoom import register_vizdoom_components


class CheckpointFollower:
    def __init__(self, cfg, actor_critic, device):
        self.cfg = cfg
        self.actor_critic = actor_critic
        self.device = device
        self.current = None

    def refresh(self):
        """Load the newest checkpoint if there is one that we have not seen. Returns True if so."""
        directory = Learner.checkpoint_dir(self.cfg, self.cfg.policy_index)
        checkpoints = Learner.get_checkpoints(directory, "checkpoint_*")
        if not checkpoints or checkpoints[-1] == self.current:
            return False
        checkpoint = Learner.load_checkpoint(checkpoints, self.device)
        if checkpoint is None:
            return False
        self.actor_critic.load_state_dict(checkpoint["model"])
        self.current = checkpoints[-1]
        log.info("now playing with %s (train step %d)", self.current, checkpoint["train_step"])
        return True


def follow(cfg):
    cfg = load_from_checkpoint(cfg)
    cfg.num_envs = 1
    env = make_env_func_batched(cfg, env_config=AttrDict(worker_index=0, vector_index=0, env_id=0), render_mode="human")
    env_info = extract_env_info(env, cfg)
    device = torch.device("cpu" if cfg.device == "cpu" else "cuda")

    actor_critic = create_actor_critic(cfg, env.observation_space, env.action_space)
    actor_critic.eval()
    actor_critic.model_to_device(device)
    follower = CheckpointFollower(cfg, actor_critic, device)
    while not follower.refresh():
        log.info("waiting for the first checkpoint")
        time.sleep(5)

    rewards = deque(maxlen=50)
    episode_reward = torch.zeros(env.num_agents)
    obs, _ = env.reset()
    rnn_states = torch.zeros([env.num_agents, get_rnn_size(cfg)], dtype=torch.float32, device=device)
    frames = 0
    with torch.no_grad():
        while frames < cfg.max_frames:
            normalized_obs = actor_critic.normalize_obs(obs) if hasattr(actor_critic, "normalize_obs") else obs
            outputs = actor_critic(normalized_obs, rnn_states)
            actions = outputs["actions"]
            if actions.ndim == 1:
                actions = actions.unsqueeze(-1)
            rnn_states = outputs["new_rnn_states"]

            obs, reward, terminated, truncated, _ = env.step(preprocess_actions(env_info, actions))
            dones = (terminated | truncated).cpu().numpy()
            episode_reward += reward.cpu()
            frames += 1
            time.sleep(1.0 / cfg.fps if cfg.fps > 0 else 0.0)

            for agent in np.flatnonzero(dones):
                rewards.append(float(episode_reward[agent]))
                episode_reward[agent] = 0.0
                rnn_states[agent] = 0.0
                log.info("frames %d, episode reward %.2f, mean of %d: %.2f",
                         frames, rewards[-1], len(rewards), np.mean(rewards))

            if frames % cfg.refresh_frames == 0 and follower.refresh():
                rewards.clear()
    env.close()


def parse_cfg(argv=None):
    parser, _ = parse_sf_args(argv=argv, evaluation=True)
    add_doom_env_args(parser)
    doom_override_defaults(parser)
    parser.add_argument("--refresh_frames", type=int, default=2000)
    parser.add_argument("--max_frames", type=int, default=10_000_000)
    return parse_full_cfg(parser, argv)


def main():
    register_vizdoom_components()
    follow(parse_cfg())


if __name__ == "__main__":
    sys.exit(main())
