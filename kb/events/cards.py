"""What the pages show of sessions: frozen values, made by the presenters."""
