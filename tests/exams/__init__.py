"""Exams that a fake sits together with the real thing."""
