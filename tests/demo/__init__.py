"""The scripted model and the sample world."""
