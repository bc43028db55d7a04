import torch
from torch.distributions import Categorical

from museum_env import MuseumEnv
from players import GuardNet, GuardPlayer, SnapshotPool, ThiefNet

SWITCH_EVERY = 64
GAMES = 50_000


def discounted(rewards, gamma=0.98):
    total, out = 0.0, []
    for r in reversed(rewards):
        total = r + gamma * total
        out.append(total)
    return torch.tensor(out[::-1])


def reinforce(optimizer, log_probs, rewards):
    returns = discounted(rewards)
    advantage = (returns - returns.mean()) / (returns.std() + 1e-6) if len(rewards) > 1 else returns
    loss = -(torch.stack(log_probs) * advantage).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def train_guard_game(env, guard, optimizer, thief):
    """The guard learns against the present thief."""
    observations, _ = env.reset()
    heard, core, thief_core = torch.zeros(1, 32), None, None
    log_probs, rewards = [], []
    while env.agents:
        heard = guard.listen(torch.tensor([env.footsteps()]), heard)
        logits, core = guard(torch.as_tensor(observations["guard"]).unsqueeze(0), heard, core)
        dist = Categorical(logits=logits)
        action = dist.sample()
        with torch.no_grad():
            t_logits, thief_core = thief(torch.as_tensor(observations["thief"]).unsqueeze(0), thief_core)
        t_action = int(Categorical(logits=t_logits).sample())
        observations, reward, *_ = env.step({"guard": int(action), "thief": t_action})
        log_probs.append(dist.log_prob(action).squeeze())
        rewards.append(reward["guard"])
    reinforce(optimizer, log_probs, rewards)


def main():
    env = MuseumEnv()
    guard, thief = GuardNet(), ThiefNet()
    guard_optim = torch.optim.Adam(guard.parameters(), lr=3e-4)
    thief_optim = torch.optim.Adam(thief.parameters(), lr=3e-4)
    pool = SnapshotPool()
    pool.add(guard)
    opponent = GuardPlayer(GuardNet())
    opponent.switch_to(pool.sample())

    steps = 0
    for game in range(GAMES):
        observations, _ = env.reset()
        opponent.begin_game()
        core = None
        log_probs, rewards = [], []
        while env.agents:
            if steps % SWITCH_EVERY == 0:
                opponent.switch_to(pool.sample())
            logits, core = thief(torch.as_tensor(observations["thief"]).unsqueeze(0), core)
            dist = Categorical(logits=logits)
            action = dist.sample()
            guard_action = opponent.act(observations["guard"], env.footsteps())
            observations, reward, *_ = env.step({"guard": guard_action, "thief": int(action)})
            log_probs.append(dist.log_prob(action).squeeze())
            rewards.append(reward["thief"])
            steps += 1
        reinforce(thief_optim, log_probs, rewards)
        train_guard_game(env, guard, guard_optim, thief)
        if game % 100 == 0:
            pool.add(guard)
            print(f"game {game}: loot {env.loot}, length {env.t}, pool {len(pool.snapshots)}")
    torch.save({"guard": guard.state_dict(), "thief": thief.state_dict()}, "museum.pt")


if __name__ == "__main__":
    main()
