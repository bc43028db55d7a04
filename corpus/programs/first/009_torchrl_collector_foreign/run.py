import argparse
from pathlib import Path

import torch
from tensordict.nn import TensorDictModule as Mod, TensorDictSequential as Seq
from torch import nn
from torchrl.collectors import SyncDataCollector
from torchrl.envs import Compose, GymEnv, InitTracker, StepCounter, TransformedEnv
from torchrl.modules import GRUModule, MLP, ProbabilisticActor, ValueOperator
from torchrl.objectives import ClipPPOLoss
from torchrl.objectives.value import GAE


def build_policy(env, hid=128):
    feat = Mod(MLP(out_features=hid, num_cells=[hid]), in_keys=["observation"], out_keys=["embed"])
    gru = GRUModule(input_size=hid, hidden_size=hid, in_keys=["embed", "recurrent_state", "is_init"],
                    out_keys=["embed", ("next", "recurrent_state")])
    head = Mod(MLP(in_features=hid, out_features=env.action_spec.space.n, num_cells=[64]), in_keys=["embed"], out_keys=["logits"])
    actor = ProbabilisticActor(Seq(feat, gru, head), in_keys=["logits"], distribution_class=torch.distributions.Categorical, return_log_prob=True)
    return actor, gru


def peers(me, root):
    for p in sorted(Path(root).glob("*/policy.pt")):
        if p.parent.name == me:
            continue
        yield torch.load(p, weights_only=True)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("name")
    ap.add_argument("--root", default="runs")
    ap.add_argument("--exploit", type=int, default=25)
    args = ap.parse_args()

    base = GymEnv("CartPole-v1", categorical_action_encoding=True)
    env = TransformedEnv(base, Compose(InitTracker(), StepCounter(500)))
    actor, gru = build_policy(env)
    env.append_transform(gru.make_tensordict_primer())
    value = ValueOperator(MLP(out_features=1, num_cells=[64, 64]), in_keys=["observation"])
    actor(env.reset())

    collector = SyncDataCollector(env, actor, frames_per_batch=512, total_frames=1_000_000)
    adv = GAE(gamma=0.99, lmbda=0.95, value_network=value)
    loss_fn = ClipPPOLoss(actor, value)
    optim = torch.optim.Adam(loss_fn.parameters(), 3e-4)
    out = Path(args.root) / args.name
    out.mkdir(parents=True, exist_ok=True)

    score = 0.0
    for i, data in enumerate(collector):
        score = data["next", "step_count"].float().max().item()
        for _ in range(4):
            adv(data)
            lv = loss_fn(data)
            loss = lv["loss_objective"] + lv["loss_critic"] + lv["loss_entropy"]
            optim.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(loss_fn.parameters(), 0.5)
            optim.step()
        torch.save({"score": score, "policy": actor.state_dict()}, out / "policy.pt")

        if i and i % args.exploit == 0:
            best = max(peers(args.name, args.root), key=lambda c: c["score"], default=None)
            if best is not None and best["score"] > 1.1 * score:
                actor.load_state_dict(best["policy"])
                collector.update_policy_weights_()
                print(i, "copied peer with", best["score"])
    collector.shutdown()


if __name__ == "__main__":
    main()
