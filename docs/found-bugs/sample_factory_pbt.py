"""Sample Factory 2.1.1: population-based training gives a policy other weights; its running episodes keep their states.

    pip install sample-factory==2.1.1 && python sample_factory_pbt.py

Trains two recurrent policies on CartPole with the PBT that comes with it, all in this process, and looks at the states
that the first forward pass after a replacement is given. Ends with an AssertionError while the defect is there.
"""

import tempfile

import gymnasium
import torch
from sample_factory.algo.learning.learner import Learner
from sample_factory.cfg.arguments import parse_full_cfg, parse_sf_args
from sample_factory.envs.env_utils import register_env
from sample_factory.model.actor_critic import ActorCriticSharedWeights
from sample_factory.train import make_runner

replaced = set()  # networks whose weights were just replaced, and that have not acted since
found = []


def make_env(name, cfg=None, env_config=None, render_mode=None):
    return gymnasium.make(name)


def watch():
    load, forward = Learner._maybe_load_policy, ActorCriticSharedWeights.forward

    def noted_load(learner):
        wanted = learner.policy_to_load is not None
        load(learner)
        if wanted:
            replaced.add(id(learner.actor_critic))

    def noted_forward(network, observations, rnn_states, *rest, **named):
        if id(network) in replaced and not torch.is_grad_enabled():
            replaced.discard(id(network))
            found.append(rnn_states.abs().amax(dim=-1).tolist())
        return forward(network, observations, rnn_states, *rest, **named)

    Learner._maybe_load_policy, ActorCriticSharedWeights.forward = noted_load, noted_forward


def train(folder):
    register_env("CartPole-v1", make_env)
    arguments = [
        "--env=CartPole-v1", "--algo=APPO", "--device=cpu", f"--train_dir={folder}", "--experiment=pbt", "--seed=0",
        "--serial_mode=True", "--async_rl=False", "--num_workers=2", "--num_envs_per_worker=4", "--use_rnn=True",
        "--worker_num_splits=1", "--batch_size=128", "--rollout=16", "--recurrence=16", "--num_epochs=1",
        "--num_policies=2", "--with_pbt=True", "--pbt_period_env_steps=500", "--pbt_start_mutation=500",
        "--pbt_replace_reward_gap=0.0", "--pbt_replace_fraction=0.5", "--train_for_env_steps=4000",
        "--stats_avg=5", "--rnn_size=32", "--encoder_mlp_layers", "32", "32",
        "--normalize_returns=False", "--with_wandb=False",
    ]  # fmt: skip
    parser, _ = parse_sf_args(argv=arguments)
    _, runner = make_runner(parse_full_cfg(parser, arguments))
    runner.init()
    runner.run()


def main():
    watch()
    with tempfile.TemporaryDirectory() as folder:
        train(folder)
    print(f"{len(found)} replacements were followed by a forward pass")
    assert found, "PBT replaced no weights in this run"
    for number, sizes in enumerate(found, 1):
        print(f"replacement {number}: largest entry of the state of each actor: {[round(size, 3) for size in sizes]}")
    carried = sum(any(size > 0 for size in sizes) for sizes in found)
    assert not carried, f"after {carried} of {len(found)} replacements the new weights read states of the old ones"


if __name__ == "__main__":
    main()
