import torch


def initial(pop, gen):
    """Angle and rate of a tumbling craft, one row for each member."""
    return torch.randn(pop, 2, generator=gen) * torch.tensor([0.8, 0.05])


def dynamics(craft, torque, gen):
    angle, rate = craft.unbind(-1)
    rate = rate + 0.01 * torque.clamp(-1, 1) + 0.0005 * torch.randn(len(craft), generator=gen)
    angle = angle + rate
    return torch.stack([angle, rate], -1)


def measured(craft, gen):
    return craft[:, :1] + 0.05 * torch.randn(len(craft), 1, generator=gen)


def lost(craft):
    return craft[:, 0].abs() > 6.0
