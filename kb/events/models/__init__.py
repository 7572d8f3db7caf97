"""The tables of the room: what a session is made of (`event`)."""

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
    "DiscussedCase",
    "Event",
    "EventStatus",
    "LearningQuestion",
    "Material",
    "ProgrammeItem",
    "Registration",
    "Room",
    "Series",
    "Setting",
    "event_lead",
]
