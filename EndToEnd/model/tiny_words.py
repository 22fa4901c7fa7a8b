"""The words that the tiny model says."""

SYLLABLES = ["ba", "do", "ki", "lu", "me", "no", "ri", "ta"]
WORDS = [first + second for first in SYLLABLES for second in SYLLABLES]
