"""What comes in: texts and letters, from the provider's call to the conversation, or to the tray."""
