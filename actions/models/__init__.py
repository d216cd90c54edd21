"""Promises after results, obstacles, what was agreed about customer focus, and the rounds in which leaders answer blind."""

from actions.models.action import Action, Conversation
from actions.models.definition import AgreedText, CriticalMoment
from actions.models.follow_up import FollowUp, Seat
from actions.models.obstacle import Obstacle, ObstacleStep, Voice
from actions.models.practice import Practice, PracticeQuerySet
from actions.models.told import CustomerReport, ToldPromise
from actions.models.workshop import BlindAnswer, Participant, Workshop

__all__ = [
    "Action",
    "AgreedText",
    "BlindAnswer",
    "Conversation",
    "CriticalMoment",
    "CustomerReport",
    "FollowUp",
    "Obstacle",
    "ObstacleStep",
    "Participant",
    "Practice",
    "PracticeQuerySet",
    "Seat",
    "ToldPromise",
    "Voice",
    "Workshop",
]
