import ray
import torch

from dialogue import RestaurantUser
from nets import DialoguePolicy


@ray.remote(num_cpus=1)
class SimWorker:
    def __init__(self, seed):
        torch.set_num_threads(1)
        torch.manual_seed(seed)
        self.user = RestaurantUser(seed)
        self.policy = DialoguePolicy(self.user.obs_dim, self.user.n_acts)
        self.obs = self.user.reset()
        self.state = self.policy.initial()
        self.version = -1

    def set_weights(self, weights, version):
        self.policy.load_state_dict(weights)
        self.version = version

    @torch.no_grad()
    def sample(self, n_turns):
        start = self.state
        obs, acts, logps, rews, dones = [], [], [], [], []
        for _ in range(n_turns):
            x = torch.from_numpy(self.obs).unsqueeze(0)
            logits, _, self.state = self.policy(x, self.state)
            dist = torch.distributions.Categorical(logits=logits)
            a = dist.sample()
            nxt, r, done = self.user.step(a.item())
            obs.append(x), acts.append(a), logps.append(dist.log_prob(a))
            rews.append(r), dones.append(float(done))
            if done:
                self.obs = self.user.reset()
                self.state = self.policy.initial()
            else:
                self.obs = nxt
        return {
            "start": start,
            "obs": torch.stack(obs),
            "acts": torch.stack(acts),
            "logps": torch.stack(logps),
            "rews": torch.tensor(rews).view(-1, 1),
            "dones": torch.tensor(dones).view(-1, 1),
            "last": torch.from_numpy(self.obs).unsqueeze(0),
            "version": self.version,
        }
