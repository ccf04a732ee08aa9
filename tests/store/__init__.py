"""The store on a real disk, among real processes that are killed, stopped and refused."""
