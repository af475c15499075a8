"""What the tutor believes about a learner: ability per topic, and the next question."""
