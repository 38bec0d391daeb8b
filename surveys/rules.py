"""Who may answer a survey and who may invite."""
