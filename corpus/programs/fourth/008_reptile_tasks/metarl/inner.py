import typing as t

import torch
import torch.nn.functional as F

from metarl.memory_policy import MemoryPolicy
from metarl.tasks import MazeTask


class InnerLoop:
    """Adapts one policy to one task at a time with a few REINFORCE updates."""

    def __init__(self, policy: MemoryPolicy, lr: float = 5e-3, segment: int = 40, gamma: float = 0.97):
        self.policy = policy
        self.lr = lr
        self.segment = segment
        self.gamma = gamma
        self.carry: t.Tuple[torch.Tensor, torch.Tensor] = policy.zero_carry()
        self.prev_action = torch.zeros(1, dtype=torch.long)
        self.prev_reward = torch.zeros(1, 1)

    def begin_task(self, meta_weights: t.Mapping[str, torch.Tensor]) -> None:
        self.policy.load_state_dict(meta_weights)
        self.optim = torch.optim.SGD(self.policy.parameters(), lr=self.lr)
        self.prev_action = torch.zeros(1, dtype=torch.long)
        self.prev_reward = torch.zeros(1, 1)

    def segment_loss(self, task: MazeTask) -> t.Tuple[torch.Tensor, float]:
        logps, rewards, values = [], [], []
        for _ in range(self.segment):
            view = torch.as_tensor(task.view()).unsqueeze(0)
            logits, value, self.carry = self.policy(view, self.prev_action, self.prev_reward, self.carry)
            dist = torch.distributions.Categorical(logits=logits)
            action = dist.sample()
            reward = task.act(int(action))
            logps.append(dist.log_prob(action))
            values.append(value)
            rewards.append(reward)
            self.prev_action = action
            self.prev_reward = torch.tensor([[reward]])
        ret, loss = torch.zeros(1), torch.zeros(())
        for logp, value, reward in zip(reversed(logps), reversed(values), reversed(rewards)):
            ret = reward + self.gamma * ret
            loss = loss - (logp * (ret - value).detach()).sum() + 0.5 * F.mse_loss(value, ret)
        self.carry = (self.carry[0].detach(), self.carry[1].detach())
        return loss / self.segment, sum(rewards)

    def adapt(self, task: MazeTask, updates: int) -> t.List[float]:
        history = []
        for _ in range(updates):
            loss, total = self.segment_loss(task)
            self.optim.zero_grad()
            loss.backward()
            self.optim.step()
            history.append(total)
        return history
