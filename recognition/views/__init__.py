"""Pages of praise and feedback: one's own, the wall, questions, the manager's and HR's."""
