from .member import Member
from .population import Population
