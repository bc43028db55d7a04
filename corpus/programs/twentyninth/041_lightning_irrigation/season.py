import torch

from agent import IrrigationAgent
from fields import Fields

agent = IrrigationAgent.load_from_checkpoint("irrigation.ckpt", map_location="cpu")
agent.eval()

fields = Fields(agent.hparams.n_plots)
fields.day.zero_()
obs = fields.observe()
total = torch.zeros(fields.n)
for day in range(2 * fields.season):
    obs, reward, done = fields.step(agent.act(obs))
    agent.season_over(done)
    total += reward
print(f"mean reward over two seasons: {total.mean():.2f} +- {total.std():.2f}")
