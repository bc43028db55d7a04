from torchrl.modules import set_recurrent_mode


def one_batch(island, epochs=4):
    data = next(island.batches)
    island.gae(data)
    for _ in range(epochs):
        with set_recurrent_mode(True):
            losses = island.loss(data)
        total = losses["loss_objective"] + losses["loss_critic"] + losses["loss_entropy"]
        island.optim.zero_grad()
        total.backward()
        island.optim.step()
    done = data["next", "done"]
    if done.any():
        island.score = data["next", "episode_reward"][done].mean().item()
    return island.score
