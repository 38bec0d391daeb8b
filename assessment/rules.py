"""Who may do what with an assessment."""
