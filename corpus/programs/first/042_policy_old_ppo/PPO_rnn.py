import gymnasium as gym
import torch
import torch.nn as nn
from torch.distributions import Categorical

device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")


class Memory:
    def __init__(self):
        self.actions, self.states, self.logprobs, self.rewards, self.is_terminals, self.hiddens = [], [], [], [], [], []

    def clear_memory(self):
        for l in vars(self).values():
            del l[:]


class ActorCritic(nn.Module):
    def __init__(self, state_dim, action_dim, n_latent_var):
        super().__init__()
        self.gru = nn.GRUCell(state_dim, n_latent_var)
        self.action_layer = nn.Sequential(nn.Linear(n_latent_var, n_latent_var), nn.Tanh(), nn.Linear(n_latent_var, action_dim), nn.Softmax(dim=-1))
        self.value_layer = nn.Sequential(nn.Linear(n_latent_var, n_latent_var), nn.Tanh(), nn.Linear(n_latent_var, 1))
        self.n = n_latent_var
        self.h = torch.zeros(1, n_latent_var, device=device)

    def act(self, state, memory):
        state = torch.from_numpy(state).float().to(device).unsqueeze(0)
        memory.hiddens.append(self.h)
        self.h = self.gru(state, self.h)
        dist = Categorical(self.action_layer(self.h))
        action = dist.sample()
        memory.states.append(state)
        memory.actions.append(action)
        memory.logprobs.append(dist.log_prob(action))
        return action.item()

    def evaluate(self, state, h, action):
        z = self.gru(state, h)
        dist = Categorical(self.action_layer(z))
        return dist.log_prob(action), torch.squeeze(self.value_layer(z)), dist.entropy()


class PPO:
    def __init__(self, state_dim, action_dim, n_latent_var, lr, betas, gamma, K_epochs, eps_clip):
        self.gamma, self.eps_clip, self.K_epochs = gamma, eps_clip, K_epochs
        self.policy = ActorCritic(state_dim, action_dim, n_latent_var).to(device)
        self.optimizer = torch.optim.Adam(self.policy.parameters(), lr=lr, betas=betas)
        self.policy_old = ActorCritic(state_dim, action_dim, n_latent_var).to(device)
        self.policy_old.load_state_dict(self.policy.state_dict())
        self.MseLoss = nn.MSELoss()

    def update(self, memory):
        rewards, disc = [], 0
        for reward, is_terminal in zip(reversed(memory.rewards), reversed(memory.is_terminals)):
            if is_terminal:
                disc = 0
            disc = reward + self.gamma * disc
            rewards.insert(0, disc)
        rewards = torch.tensor(rewards, dtype=torch.float32).to(device)
        rewards = (rewards - rewards.mean()) / (rewards.std() + 1e-5)
        s = torch.cat(memory.states).detach()
        h = torch.cat(memory.hiddens).detach()
        a = torch.cat(memory.actions).detach()
        old = torch.cat(memory.logprobs).detach()
        for _ in range(self.K_epochs):
            logp, v, ent = self.policy.evaluate(s, h, a)
            ratios = torch.exp(logp - old)
            adv = rewards - v.detach()
            surr = torch.min(ratios * adv, torch.clamp(ratios, 1 - self.eps_clip, 1 + self.eps_clip) * adv)
            loss = -surr + 0.5 * self.MseLoss(v, rewards) - 0.01 * ent
            self.optimizer.zero_grad()
            loss.mean().backward()
            self.optimizer.step()
        self.policy_old.load_state_dict(self.policy.state_dict())


def main():
    env = gym.make("LunarLander-v3")
    memory = Memory()
    ppo = PPO(env.observation_space.shape[0], env.action_space.n, 64, 0.002, (0.9, 0.999), 0.99, 4, 0.2)
    timestep, running = 0, 0
    for i_episode in range(1, 50001):
        state, _ = env.reset()
        ppo.policy_old.h = torch.zeros(1, ppo.policy_old.n, device=device)
        for t in range(300):
            timestep += 1
            action = ppo.policy_old.act(state, memory)
            state, reward, done, trunc, _ = env.step(action)
            memory.rewards.append(reward)
            memory.is_terminals.append(done)
            if timestep % 2000 == 0:
                ppo.update(memory)
                memory.clear_memory()
                timestep = 0
            running += reward
            if done or trunc:
                break
        if i_episode % 20 == 0:
            print(f"Episode {i_episode} \t reward: {running / 20:.1f}")
            running = 0


if __name__ == "__main__":
    main()
