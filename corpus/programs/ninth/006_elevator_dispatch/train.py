import hydra
import torch
from omegaconf import DictConfig
from torch import nn
from torch.distributions import Categorical

from lift import Lift


class Dispatcher(nn.Module):
    def __init__(self, n_obs, n_hidden):
        super().__init__()
        self.pre = nn.Linear(n_obs, n_hidden)
        self.core = nn.LSTM(n_hidden, n_hidden)
        self.policy = nn.Linear(n_hidden, 3)
        self.value = nn.Linear(n_hidden, 1)

    def forward(self, obs, state=None):
        y, state = self.core(self.pre(obs).relu(), state)
        return Categorical(logits=self.policy(y)), self.value(y).squeeze(-1), state


class BestKeeper:
    """Remembers the weights of the best window and says when to go back."""

    def __init__(self, patience, tolerance):
        self.patience, self.tolerance = patience, tolerance
        self.score, self.weights, self.bad = None, None, 0

    def update(self, score, model):
        if self.score is None or score > self.score:
            self.score = score
            self.weights = {k: v.detach().clone() for k, v in model.state_dict().items()}
            self.bad = 0
            return False
        self.bad = self.bad + 1 if score < self.score - self.tolerance else 0
        if self.bad >= self.patience:
            self.bad = 0
            return True
        return False


def detach(state):
    return None if state is None else tuple(s.detach() for s in state)


def unroll(model, lift, obs, state, n):
    log_probs, values, entropies, rewards = [], [], [], []
    for _ in range(n):
        dist, value, state = model(torch.from_numpy(obs).view(1, 1, -1), state)
        action = dist.sample()
        obs, reward = lift.step(action.item())
        log_probs.append(dist.log_prob(action).view(1))
        values.append(value.view(1))
        entropies.append(dist.entropy().view(1))
        rewards.append(reward)
    with torch.no_grad():
        _, last, _ = model(torch.from_numpy(obs).view(1, 1, -1), state)
    batch = (torch.cat(log_probs), torch.cat(values), torch.cat(entropies), rewards, last.view(1))
    return batch, obs, state


def a2c_loss(batch, cfg):
    log_probs, values, entropies, rewards, ret = batch
    targets = []
    for r in reversed(rewards):
        ret = r + cfg.gamma * ret
        targets.append(ret)
    targets = torch.cat(targets[::-1])
    adv = targets - values
    return -(log_probs * adv.detach()).mean() + cfg.vf * adv.pow(2).mean() - cfg.ent * entropies.mean()


@hydra.main(version_base=None, config_path=".", config_name="config")
def main(cfg: DictConfig):
    torch.manual_seed(cfg.seed)
    lift = Lift(cfg.floors, cfg.rate, cfg.seed)
    model = Dispatcher(3 * cfg.floors, cfg.hidden)
    optimizer = torch.optim.Adam(model.parameters(), lr=cfg.lr)
    keeper = BestKeeper(cfg.patience, cfg.tolerance)

    obs, state = lift.obs(), None
    window = 0.0
    for update in range(1, cfg.updates + 1):
        batch, obs, state = unroll(model, lift, obs, detach(state), cfg.n_steps)
        loss = a2c_loss(batch, cfg)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), cfg.clip)
        optimizer.step()
        window += sum(batch[3])

        if update % cfg.window == 0:
            print(f"update {update} reward {window:.2f} best {keeper.score}")
            if keeper.update(window, model):
                model.load_state_dict(keeper.weights)
                state = None
                for group in optimizer.param_groups:
                    group["lr"] *= cfg.decay
                optimizer.state.clear()
            window = 0.0

    torch.save(keeper.weights, cfg.out)


if __name__ == "__main__":
    main()
