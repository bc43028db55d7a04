"""Win-rate of a Sample Factory policy in the skirmish env, many matches at once, without rendering."""
import json
import sys
from collections import Counter
from pathlib import Path

import torch
from sample_factory.algo.learning.learner import Learner
from sample_factory.algo.sampling.batched_sampling import preprocess_actions
from sample_factory.algo.utils.env_info import extract_env_info
from sample_factory.algo.utils.make_env import make_env_func_batched
from sample_factory.cfg.arguments import load_from_checkpoint, parse_full_cfg, parse_sf_args
from sample_factory.envs.env_utils import register_env
from sample_factory.model.actor_critic import create_actor_critic
from sample_factory.model.model_utils import get_hidden_size
from sample_factory.utils.attr_dict import AttrDict


def make_skirmish(full_env_name, cfg=None, env_config=None, render_mode=None):
    from skirmish import SkirmishEnv

    return SkirmishEnv(map_name=full_env_name.split("_", 1)[1], agents=cfg.skirmish_agents)


def add_args(parser):
    parser.add_argument("--skirmish_agents", type=int, default=6)
    parser.add_argument("--matches", type=int, default=400)
    parser.add_argument("--report", type=str, default="winrate.json")


class Tally:
    def __init__(self, agents):
        self.counts = Counter()
        self.returns = torch.zeros(agents)
        self.finished = []

    def add(self, rew, ended, infos):
        self.returns += rew.cpu()
        for i in ended.nonzero().flatten().tolist():
            self.counts[infos[i].get("outcome", "draw") if infos else "draw"] += 1
            self.finished.append(self.returns[i].item())
            self.returns[i] = 0.0

    def __len__(self):
        return len(self.finished)

    def summary(self):
        n = max(1, len(self))
        return {"n": n, "mean_return": sum(self.finished) / n, **{k: v / n for k, v in self.counts.items()}}


@torch.inference_mode()
def watch(cfg):
    cfg = load_from_checkpoint(cfg)
    cfg.num_envs = 1
    device = torch.device("cpu" if cfg.device == "cpu" else "cuda")
    env = make_env_func_batched(cfg, env_config=AttrDict(worker_index=0, vector_index=0, env_id=0))
    env_info = extract_env_info(env, cfg)

    brain = create_actor_critic(cfg, env.observation_space, env.action_space)
    brain.eval()
    brain.model_to_device(device)
    found = Learner.get_checkpoints(Learner.checkpoint_dir(cfg, cfg.policy_index), "best_*")
    brain.load_state_dict(Learner.load_checkpoint(found, device)["model"])

    tally = Tally(env.num_agents)
    obs, _ = env.reset()
    rnn_states = torch.zeros([env.num_agents, get_hidden_size(cfg)], dtype=torch.float32, device=device)
    while len(tally) < cfg.matches:
        out = brain(brain.normalize_obs(obs), rnn_states)
        rnn_states = out["new_rnn_states"]
        actions = out["actions"]
        if actions.ndim == 1:
            actions = actions.unsqueeze(-1)
        actions = preprocess_actions(env_info, actions)
        obs, rew, terminated, truncated, infos = env.step(actions)
        ended = terminated | truncated
        tally.add(rew, ended, infos)  # the env starts the next match by itself
    env.close()
    return tally.summary()


def main():
    register_env("skirmish_forest", make_skirmish)
    register_env("skirmish_river", make_skirmish)
    parser, _ = parse_sf_args(evaluation=True)
    add_args(parser)
    cfg = parse_full_cfg(parser)
    res = watch(cfg)
    Path(cfg.report).write_text(json.dumps(res, indent=2))
    print(res)
    return 0


if __name__ == "__main__":
    sys.exit(main())
