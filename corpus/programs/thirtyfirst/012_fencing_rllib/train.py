import sys

import numpy as np
from ray import tune
from ray.rllib.algorithms.ppo import PPO, PPOConfig
from ray.rllib.models import ModelCatalog
from ray.rllib.policy.policy import PolicySpec

from fencers import SALLE, FencerGRU, SparringPartners, fetch
from piste import Piste

ModelCatalog.register_custom_model("fencer", FencerGRU)
tune.register_env("piste", lambda cfg: Piste(cfg))


def config() -> PPOConfig:
    side = PolicySpec(observation_space=Piste.obs_space, action_space=Piste.act_space)
    return (
        PPOConfig()
        .environment("piste", disable_env_checking=True)
        .framework("torch")
        .experimental(_enable_new_api_stack=False)
        .rollouts(num_rollout_workers=6, num_envs_per_worker=1, rollout_fragment_length=200)
        .training(train_batch_size=6000, lr=3e-4, entropy_coeff=0.01,
                  model={"custom_model": "fencer", "custom_model_config": {"size": 96}, "max_seq_len": 25})
        .multi_agent(policies={"pupil": side, "partner": side},
                     policy_mapping_fn=lambda aid, *a, **k: "pupil" if aid == "left" else "partner",
                     policies_to_train=["pupil"])
        .callbacks(SparringPartners)
    )


def gauntlet(algo: PPO, bouts: int = 20):
    """The pupil as it is now against each of the old ones."""
    env = Piste()
    pupil, partner = algo.get_policy("pupil"), algo.get_policy("partner")
    table = {}
    for path in sorted(SALLE.glob("fencer*.npz")):
        partner.set_weights(fetch(path))
        wins = 0
        for _ in range(bouts):
            obs, _ = env.reset()
            mem = {"left": pupil.get_initial_state(), "right": partner.get_initial_state()}
            over = False
            while not over:
                acts = {}
                for side, policy in (("left", pupil), ("right", partner)):
                    a, mem[side], _ = policy.compute_single_action(obs[side], state=mem[side], explore=True)
                    acts[side] = int(np.asarray(a))
                obs, _, term, trunc, _ = env.step(acts)
                over = term["__all__"] or trunc["__all__"]
            wins += env.score["left"] > env.score["right"]
        table[path.stem] = wins / bouts
    return table


def main(iters: int = 600):
    algo = config().build()
    for i in range(iters):
        r = algo.train()
        print(i, round(r["policy_reward_mean"].get("pupil", float("nan")), 3))
        if i % 100 == 99:
            for name, rate in gauntlet(algo).items():
                print(f"   {name}: {rate:.2f}")
            algo.save()
    algo.stop()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
