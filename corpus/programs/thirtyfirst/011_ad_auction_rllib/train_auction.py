import argparse
import glob
import os
import pickle
import random

import ray
from ray.rllib.algorithms.callbacks import DefaultCallbacks
from ray.rllib.algorithms.ppo import PPOConfig
from ray.rllib.models import ModelCatalog
from ray.rllib.policy.policy import PolicySpec

from auction_env import ACT, OBS, DayOfAuctions
from memory_model import BidLSTM

POOL_DIR = os.path.abspath("rival_pool")


class RivalPool(DefaultCallbacks):
    """Keeps former versions of our bidder on disk and lets the workers play against them."""

    def __init__(self, every=20, keep=30):
        super().__init__()
        self.every, self.keep = every, keep

    def _files(self):
        return sorted(glob.glob(os.path.join(POOL_DIR, "bidder_*.pkl")))

    def on_train_result(self, *, algorithm, result, **kwargs):
        i = result["training_iteration"]
        if i % self.every:
            return
        os.makedirs(POOL_DIR, exist_ok=True)
        tmp = os.path.join(POOL_DIR, f"tmp_{i}")
        with open(tmp, "wb") as f:
            pickle.dump(algorithm.get_policy("ours").get_weights(), f)
        os.replace(tmp, os.path.join(POOL_DIR, f"bidder_{i:06d}.pkl"))
        for old in self._files()[:-self.keep]:
            os.remove(old)
        result["rival_pool"] = len(self._files())

    def on_sample_end(self, *, worker, samples, **kwargs):
        if worker.worker_index == 0:
            return
        files = self._files()
        if not files:
            return
        try:
            with open(random.choice(files), "rb") as f:
                weights = pickle.load(f)
        except FileNotFoundError:
            return
        worker.get_policy("theirs").set_weights(weights)

    def on_episode_end(self, *, worker, base_env, policies, episode, env_index, **kwargs):
        env = base_env.get_sub_environments()[env_index]
        episode.custom_metrics["spent_ours"] = env.budget - env.left["ours"]
        episode.custom_metrics["spent_theirs"] = env.budget - env.left["theirs"]


def build(args):
    spec = PolicySpec(observation_space=OBS, action_space=ACT)
    return (
        PPOConfig()
        .environment(DayOfAuctions, env_config={"minutes": 1440, "budget": 400.0}, disable_env_checking=True)
        .framework("torch")
        .experimental(_enable_new_api_stack=False)
        .rollouts(num_rollout_workers=args.workers, num_envs_per_worker=1,
                  rollout_fragment_length=120, batch_mode="truncate_episodes")
        .training(train_batch_size=120 * args.workers, sgd_minibatch_size=240, num_sgd_iter=6, lr=1e-4, gamma=0.999,
                  model={"custom_model": "bid_lstm", "max_seq_len": 40, "custom_model_config": {"lstm_size": 128}})
        .multi_agent(policies={"ours": spec, "theirs": spec},
                     policy_mapping_fn=lambda agent_id, episode, worker, **kw: agent_id,
                     policies_to_train=["ours"])
        .callbacks(RivalPool)
        .debugging(seed=args.seed)
        .build()
    )


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--workers", type=int, default=8)
    p.add_argument("--iters", type=int, default=1500)
    p.add_argument("--seed", type=int, default=0)
    args = p.parse_args()
    ray.init()
    ModelCatalog.register_custom_model("bid_lstm", BidLSTM)
    algo = build(args)
    for i in range(args.iters):
        r = algo.train()
        if i % 10 == 0:
            print(i, r["policy_reward_mean"].get("ours"), r.get("rival_pool"))
        if i % 100 == 99:
            print(algo.save("checkpoints"))
    algo.stop()
    ray.shutdown()
