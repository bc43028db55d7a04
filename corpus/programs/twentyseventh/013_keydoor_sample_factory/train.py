import queue
import threading
from dataclasses import dataclass

import torch
from torch import nn

from model import ActorCritic, ParameterServer
from rollout_worker import RolloutWorker


@dataclass
class Cfg:
    num_workers: int = 4
    envs_per_worker: int = 8
    rollout: int = 32
    train_batches: int = 10_000
    learning_rate: float = 3e-4
    gamma: float = 0.98
    clip: float = 0.1


class Learner:
    def __init__(self, cfg, param_server):
        self.cfg, self.param_server = cfg, param_server
        self.actor_critic = ActorCritic()
        self.optimizer = torch.optim.Adam(self.actor_critic.parameters(), cfg.learning_rate)
        self.train_step = 0
        param_server.publish(self.actor_critic, self.train_step)

    def _unroll(self, traj):
        rnn_states = traj["rnn_states"]
        logits, values = [], []
        for obs, done in zip(traj["obs"], traj["dones"]):
            out = self.actor_critic(obs, rnn_states)
            rnn_states = out["new_rnn_states"] * (1 - done).unsqueeze(-1)
            logits.append(out["action_logits"])
            values.append(out["values"])
        last = self.actor_critic(traj["last_obs"], rnn_states)["values"].detach()
        return torch.stack(logits), torch.stack(values), last

    def train(self, traj):
        logits, values, ret = self._unroll(traj)
        dist = torch.distributions.Categorical(logits=logits)
        returns = []
        for r, d in zip(reversed(traj["rewards"]), reversed(traj["dones"])):
            ret = r + self.cfg.gamma * (1 - d) * ret
            returns.append(ret)
        returns = torch.stack(returns[::-1])
        adv = returns - values.detach()
        ratio = (dist.log_prob(traj["actions"]) - traj["log_probs"]).exp()
        clipped = ratio.clamp(1 - self.cfg.clip, 1 + self.cfg.clip)
        loss = (-torch.min(ratio * adv, clipped * adv).mean() + 0.5 * (returns - values).pow(2).mean()
                - 0.005 * dist.entropy().mean())
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.actor_critic.parameters(), 4.0)
        self.optimizer.step()
        self.train_step += 1
        self.param_server.publish(self.actor_critic, self.train_step)
        return loss.item()


def main(cfg=Cfg()):
    param_server, trajs, stop = ParameterServer(), queue.Queue(maxsize=8), threading.Event()
    learner = Learner(cfg, param_server)
    for i in range(cfg.num_workers):
        RolloutWorker(i, cfg, param_server, trajs, stop).start()
    while learner.train_step < cfg.train_batches:
        traj = trajs.get()
        loss = learner.train(traj)
        if learner.train_step % 100 == 0:
            print(learner.train_step, f"loss {loss:.3f} reward {traj['rewards'].sum(0).mean():.2f}")
    stop.set()
    torch.save(learner.actor_critic.state_dict(), "keydoor.pt")


if __name__ == "__main__":
    main()
