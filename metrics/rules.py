"""Who may attach a repository and start a collection."""
