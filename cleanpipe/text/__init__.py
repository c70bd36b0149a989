"""What is true of any text: offsets and edits, scripts, classes of characters. Knows nothing of damage or news."""
