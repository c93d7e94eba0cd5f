"""What comes in: the documents, their checks, and the files that they stand in. Nothing here writes."""
