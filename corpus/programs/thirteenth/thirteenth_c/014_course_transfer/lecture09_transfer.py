# %% [markdown]
# # Lecture 9: transferring a skill
# The *teacher* has learned to balance poles of one length.  The *student* lives with a pole that grows.
# Every time the pole grows we hand the student the recurrent core and the head of a teacher
# that was trained for that length (`teacher_05.pt`, `teacher_10.pt`, ...).

# %%
import math
import os

import matplotlib.pyplot as plt
import torch
from torch import nn

torch.manual_seed(42)
LENGTHS = [0.5, 1.0, 1.5, 2.0]
STEPS_PER_LENGTH = 60_000
CHUNK = 25
HIDDEN = 32


# %% [markdown]
# ## The environment
# Only the cart position and the angle are visible.

# %%
class Pole:
    def __init__(self, length):
        self.length = length

    def reset(self):
        self.s = torch.empty(4).uniform_(-0.05, 0.05).tolist()
        self.n = 0
        return torch.tensor([self.s[0], self.s[2]])

    def step(self, a):
        x, dx, th, dth = self.s
        force = 10.0 if a == 1 else -10.0
        tmp = (force + 0.1 * self.length * dth**2 * math.sin(th)) / 1.1
        ddth = (9.8 * math.sin(th) - math.cos(th) * tmp) / (self.length * (4 / 3 - 0.1 * math.cos(th) ** 2 / 1.1))
        ddx = tmp - 0.1 * self.length * ddth * math.cos(th) / 1.1
        self.s = [x + 0.02 * dx, dx + 0.02 * ddx, th + 0.02 * dth, dth + 0.02 * ddth]
        self.n += 1
        fallen = abs(self.s[0]) > 2.4 or abs(self.s[2]) > 0.21
        return torch.tensor([self.s[0], self.s[2]]), (0.0 if fallen else 1.0), fallen or self.n >= 500


# %% [markdown]
# ## The network

# %%
class Student(nn.Module):
    def __init__(self):
        super().__init__()
        self.core = nn.GRU(2, HIDDEN)
        self.actor = nn.Linear(HIDDEN, 2)
        self.critic = nn.Linear(HIDDEN, 1)

    def forward(self, obs, memory):
        y, memory = self.core(obs.view(1, 1, 2), memory)
        y = y.view(-1)
        return torch.distributions.Categorical(logits=self.actor(y)), self.critic(y), memory


def empty_memory():
    return torch.zeros(1, 1, HIDDEN)


def take_over(student, length):
    path = f"teacher_{int(10 * length):02d}.pt"
    if not os.path.exists(path):
        print("no teacher for", length)
        return
    teacher = torch.load(path)
    student.core.load_state_dict(teacher.core.state_dict())
    student.actor.load_state_dict(teacher.actor.state_dict())


# %% [markdown]
# ## Training
# One single stream of experience, updated every `CHUNK` steps.  The length changes while the pole is in the air!

# %%
student = Student()
optim = torch.optim.Adam(student.parameters(), lr=1e-3)
env = Pole(LENGTHS[0])
obs = env.reset()
memory = empty_memory()
episode_lengths, marks = [], []

for length in LENGTHS:
    env.length = length
    take_over(student, length)
    memory = empty_memory()
    marks.append(len(episode_lengths))

    for step in range(0, STEPS_PER_LENGTH, CHUNK):
        log_probs, values, rewards, ends = [], [], [], []
        memory = memory.detach()
        for _ in range(CHUNK):
            pi, v, memory = student(obs, memory)
            a = pi.sample()
            obs, r, end = env.step(a.item())
            log_probs.append(pi.log_prob(a))
            values.append(v)
            rewards.append(r)
            ends.append(end)
            if end:
                episode_lengths.append(env.n)
                obs = env.reset()
                memory = empty_memory()

        with torch.no_grad():
            _, G, _ = student(obs, memory)
        loss = 0.0
        for lp, v, r, e in zip(log_probs[::-1], values[::-1], rewards[::-1], ends[::-1]):
            G = r + 0.99 * G * (not e)
            adv = G - v
            loss = loss - lp * adv.detach() + 0.5 * adv**2
        optim.zero_grad()
        (loss / CHUNK).sum().backward()
        nn.utils.clip_grad_norm_(student.parameters(), 1.0)
        optim.step()
    print(f"length {length}: last 20 episodes {sum(episode_lengths[-20:]) / 20:.0f} steps")

# %%
plt.plot(episode_lengths)
for m, length in zip(marks, LENGTHS):
    plt.axvline(m, ls=":", c="k")
    plt.text(m, 505, f"{length} m")
plt.xlabel("episode")
plt.ylabel("steps")
plt.savefig("lecture09.png", dpi=120)
