"""Tests mirror the rooms of the house; only the model is scripted."""
