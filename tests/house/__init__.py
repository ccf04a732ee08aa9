"""The house itself: walls, weight and packaging."""
