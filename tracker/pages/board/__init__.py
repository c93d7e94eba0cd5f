"""The board: what a truce says at a moment, and the reports that it says it from."""
