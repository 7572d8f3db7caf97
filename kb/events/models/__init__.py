"""The tables of the room: what a session is made of (`event`), and its board (`board`)."""

from kb.events.models.board import Board, BoardColumn, Note, NoteState, Participant, Vote
from kb.events.models.event import (
    DiscussedCase,
    Event,
    EventStatus,
    LearningQuestion,
    Material,
    ProgrammeItem,
    Registration,
    Room,
    Series,
    Setting,
    event_lead,
)

__all__ = [
    "Board",
    "BoardColumn",
    "DiscussedCase",
    "Event",
    "EventStatus",
    "LearningQuestion",
    "Material",
    "Note",
    "NoteState",
    "Participant",
    "ProgrammeItem",
    "Registration",
    "Room",
    "Series",
    "Setting",
    "Vote",
    "event_lead",
]
