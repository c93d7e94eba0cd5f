"""What goes out: the change log, its formats, live streams and webhooks."""
