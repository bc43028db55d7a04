from pydantic import BaseModel, Field


class Event(BaseModel):
    features: list[float] = Field(min_length=11, max_length=11)
    lesson_over: bool = False


class Advice(BaseModel):
    action: int
    scores: list[float]
    model_version: str


class ReloadRequest(BaseModel):
    version: str


class ReloadReply(BaseModel):
    version: str
    open_sessions: int
