"""One file per kind of term; see ``registry``."""
